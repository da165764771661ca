import type { Json } from '../core/json.js';

/** An instance as somebody at the EC2 console of the local cloud sees it, whoever launched it. */
export interface CloudInstance {
  readonly ID: string;
  readonly State: string;
  readonly Tags: Readonly<Record<string, string>>;
  readonly PrivateIP?: string;
  readonly Zone?: string;
  readonly InstanceType?: string;
  /** Nothing reaches it, by `Cloud.CutOff`. */
  readonly CutOff?: true;
}

export interface CloudFault {
  readonly id: number;
  readonly rule: Json;
  readonly usesLeft?: number;
  /** Milliseconds since 1970 on the local cloud's clock. */
  readonly until?: number;
}

/** What only the local cloud answers, at `/cloud`: acts as somebody else would, behind the control plane's back. */
export interface CloudApi {
  'Cloud.List': { params: Record<string, never>; result: { Instances: readonly CloudInstance[] } };
  'Cloud.Terminate': { params: { ID: string }; result: unknown };
  'Cloud.Stop': { params: { ID: string }; result: unknown };
  /** Ends the software of a running instance; the instance lives on. */
  'Cloud.Kill': { params: { ID: string }; result: unknown };
  /** Cuts a running instance off the network. */
  'Cloud.CutOff': { params: { ID: string }; result: unknown };
  'Cloud.Reconnect': { params: { ID: string }; result: unknown };
  /** Where instances can be. */
  'Cloud.Zones': { params: Record<string, never>; result: { Zones: readonly string[] } };
  'Cloud.Clock': { params: Record<string, never>; result: CloudClock };
  /** 0 stops the clock, 1 is real time, more runs it faster. */
  'Cloud.SetSpeed': { params: { Speed: number }; result: CloudClock };
  /** Writes an object of the config bucket, as an upload to S3 would. */
  'Cloud.Put': { params: { Key: string; Text: string }; result: { Key: string } };
  'Cloud.Get': { params: { Key: string }; result: { Key: string; Text: string } };
  /** Sets a CloudWatch alarm's state, and makes it when there is none. */
  'Cloud.Alarm': { params: { Name: string; State: string }; result: { Name: string; State: string } };
  /** A rule as `parseFaultRule` of the local cloud reads it. */
  'Cloud.Fault': { params: { Rule: Json }; result: { ID: number } };
  'Cloud.Faults': { params: Record<string, never>; result: { Faults: readonly CloudFault[] } };
  'Cloud.RemoveFault': { params: { ID: number }; result: { ID: number } };
  'Cloud.ClearFaults': { params: Record<string, never>; result: unknown };
}

export interface CloudClock {
  /** Milliseconds since 1970. */
  readonly Now: number;
  readonly Speed: number;
  /** The largest speed; absent where the speed cannot be changed. */
  readonly Fastest?: number;
}

export type CloudMethod = keyof CloudApi;
export type CloudParams<M extends CloudMethod> = CloudApi[M]['params'];
export type CloudResult<M extends CloudMethod> = CloudApi[M]['result'];
