import { type EC2Client, type Filter, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { UnansweredError } from '../core/errors.js';
import { type GroupId, type InstanceId, instanceId, type OrderId, orderId } from '../core/ids.js';
import { chunks } from '../core/in-flight.js';
import { type InstanceDescription, type InstanceState, LIVE_STATES } from '../core/instance.js';
import { GROUP_TAG, STACK_TAG } from '../core/tags.js';
import type { InstanceProvider } from '../ports/instance-provider.js';
import { ec2Error } from './ec2-errors.js';

/** DescribeInstances' largest page. */
const PAGE = 1000;
/** Values of one filter: EC2's limit. */
const FILTER_VALUES = 200;

type Reads = Pick<InstanceProvider, 'members' | 'byIds' | 'byTokens' | 'candidates' | 'fleet'>;

/**
 * Reads of instances, always by filters: a call by id fails whole on one unknown id. EC2's filters say what is sent;
 * the tags are checked again here, exactly, before anything is called a member.
 */
export function describe(client: EC2Client, stack: string): Reads {
  const all = async (filters: readonly Filter[]): Promise<readonly InstanceDescription[]> => {
    const found: InstanceDescription[] = [];
    try {
      for await (const page of paginateDescribeInstances(
        { client, pageSize: PAGE },
        { Filters: [...filters] },
      )) {
        for (const reservation of page.Reservations ?? []) {
          for (const instance of reservation.Instances ?? []) found.push(describedInstance(instance));
        }
      }
    } catch (error) {
      throw ec2Error(error);
    }
    return found;
  };
  const inChunks = async (name: string, values: readonly string[]) => {
    const found: InstanceDescription[] = [];
    for (const some of chunks([...new Set(values)], FILTER_VALUES)) {
      found.push(...(await all([{ Name: name, Values: [...some] }])));
    }
    return found;
  };
  const live: Filter = { Name: 'instance-state-name', Values: [...LIVE_STATES] };
  const tagged = (tag: string, value: string): Filter => ({ Name: `tag:${tag}`, Values: [literal(value)] });
  const ours = (instance: InstanceDescription) => instance.tags[STACK_TAG] === stack;
  const of = (group: GroupId) => (instance: InstanceDescription) => instance.tags[GROUP_TAG] === group;

  return {
    members: async (group) =>
      (await all([tagged(STACK_TAG, stack), tagged(GROUP_TAG, group), live])).filter(ours).filter(of(group)),
    candidates: async (group) =>
      (await all([tagged(GROUP_TAG, group), live]))
        .filter(of(group))
        .filter((instance) => ours(instance) || instance.tags[STACK_TAG] === undefined),
    fleet: async () => (await all([tagged(STACK_TAG, stack), live])).filter(ours),
    byIds: (ids: readonly InstanceId[]) => inChunks('instance-id', ids),
    byTokens: (tokens: readonly OrderId[]) => inChunks('client-token', tokens),
  };
}

/** EC2's filters read `*` and `?` as wildcards unless a backslash stands before. */
const literal = (value: string): string => value.replace(/[\\*?]/g, '\\$&');

const STATES: ReadonlyMap<string, InstanceState> = new Map(
  [...LIVE_STATES, 'shutting-down' as const, 'terminated' as const].map((state) => [state, state]),
);

/** EC2's answer in our words. */
export function describedInstance(instance: Instance): InstanceDescription {
  const state = STATES.get(instance.State?.Name ?? '');
  const { InstanceId: id, StateReason: why } = instance;
  if (!id || !state) {
    throw new UnansweredError(
      `EC2 described instance "${id}" in the unknown state "${instance.State?.Name}"`,
    );
  }
  return {
    id: instanceId(id),
    state,
    tags: Object.fromEntries((instance.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    launchedAt: instance.LaunchTime?.getTime() ?? 0,
    ...(instance.ClientToken ? { token: orderId(instance.ClientToken) } : {}),
    ...(instance.AmiLaunchIndex !== undefined ? { launchIndex: instance.AmiLaunchIndex } : {}),
    ...(instance.Placement?.AvailabilityZone ? { zone: instance.Placement.AvailabilityZone } : {}),
    ...(instance.SubnetId ? { subnet: instance.SubnetId } : {}),
    ...(instance.InstanceType ? { instanceType: instance.InstanceType } : {}),
    ...(instance.PrivateIpAddress ? { privateIp: instance.PrivateIpAddress } : {}),
    ...(instance.ImageId ? { imageId: instance.ImageId } : {}),
    ...(why?.Code ? { stateReason: { code: why.Code, message: why.Message ?? '' } } : {}),
  };
}
