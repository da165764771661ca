import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import type { LaunchRequest } from '../ports/instance-provider.js';

export interface LaunchPlacement {
  readonly subnet?: string;
  readonly instanceType?: string;
}

/** The stored request at its place: the subnet goes to the first interface when interfaces are declared. */
export function launchInput(request: LaunchRequest, place: LaunchPlacement): RunInstancesCommandInput {
  const input: JsonObject = {
    ...request,
    ...(place.instanceType === undefined ? {} : { InstanceType: place.instanceType }),
    ...(place.subnet === undefined ? {} : inSubnet(request, place.subnet)),
    ...marketDates(request),
  };
  return input as unknown as RunInstancesCommandInput;
}

/** The same without the pet's address, for a dry run: the address may be held by the instance to be replaced. */
export function withoutAddress(request: LaunchRequest): LaunchRequest {
  const { PrivateIpAddress: _, ...rest } = request;
  const interfaces = interfacesOf(request).map((declared) => {
    const { PrivateIpAddress: __, ...others } = declared;
    return others;
  });
  return interfaces.length > 0 ? { ...rest, NetworkInterfaces: interfaces } : rest;
}

const inSubnet = (request: LaunchRequest, subnet: string): JsonObject => {
  const [first, ...others] = interfacesOf(request);
  return first === undefined
    ? { SubnetId: subnet }
    : { NetworkInterfaces: [{ ...first, SubnetId: subnet }, ...others] };
};

const interfacesOf = (request: LaunchRequest): readonly JsonObject[] =>
  Array.isArray(request.NetworkInterfaces)
    ? request.NetworkInterfaces.map((item: Json) => (isJsonObject(item) ? item : {}))
    : [];

/** The one date in the request: text in JSON, which the SDK takes as a Date only. */
const marketDates = (request: LaunchRequest): object => {
  const market = request.InstanceMarketOptions;
  if (!isJsonObject(market) || !isJsonObject(market.SpotOptions)) return {};
  const { ValidUntil } = market.SpotOptions;
  if (typeof ValidUntil !== 'string') return {};
  const SpotOptions = { ...market.SpotOptions, ValidUntil: new Date(ValidUntil) };
  return { InstanceMarketOptions: { ...market, SpotOptions } };
};
