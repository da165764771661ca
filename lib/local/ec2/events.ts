import type { Instant } from '../../core/ids.js';
import type { InstanceState } from '../../core/instance.js';

/** An event as EventBridge delivers it. Plain JSON. EventBridge User Guide, "Events structure". */
export interface CloudEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, to the second: when it happened, however late it is delivered. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

interface Happening {
  readonly detailType: string;
  readonly detail: (instance: string) => Readonly<Record<string, unknown>>;
}

/** EC2 User Guide, "State change events for your instances". */
export const stateChange = (state: InstanceState): Happening => ({
  detailType: 'EC2 Instance State-change Notification',
  detail: (instance) => ({ 'instance-id': instance, state }),
});

/** EC2 User Guide, "Spot Instance interruption notices": two minutes before. */
export const spotInterruption: Happening = {
  detailType: 'EC2 Spot Instance Interruption Warning',
  detail: (instance) => ({ 'instance-id': instance, 'instance-action': 'terminate' }),
};

/** EC2 User Guide, "EC2 instance rebalance recommendations". */
export const rebalance: Happening = {
  detailType: 'EC2 Instance Rebalance Recommendation',
  detail: (instance) => ({ 'instance-id': instance }),
};

export const cloudEvent = (
  { detailType, detail }: Happening,
  about: {
    readonly instance: string;
    readonly id: string;
    readonly at: Instant;
    readonly account: string;
    readonly region: string;
  },
): CloudEvent => ({
  version: '0',
  id: about.id,
  'detail-type': detailType,
  source: 'aws.ec2',
  account: about.account,
  time: `${new Date(about.at).toISOString().slice(0, 19)}Z`,
  region: about.region,
  resources: [`arn:aws:ec2:${about.region}:${about.account}:instance/${about.instance}`],
  detail: detail(about.instance),
});

export type { Happening };
