import { type InstanceNews, instanceChanged } from '../lib/app/instance-changed.js';
import type { Runtime } from '../lib/app/runtime.js';
import { instanceEventSchema } from '../lib/config/lambda-events.js';
import { awsRuntime, once } from './runtime.js';

/** Turns an EC2 event into a wake of the instance's group. */
export const task =
  (runtime: Runtime) =>
  async (input: unknown): Promise<string> =>
    instanceChanged(runtime, newsOf(input));

const newsOf = (input: unknown): InstanceNews => {
  const event = instanceEventSchema.parse(input);
  const common = { instance: event.detail['instance-id'], time: event.time };
  switch (event['detail-type']) {
    case 'EC2 Instance State-change Notification':
      return { ...common, kind: 'state', state: event.detail.state };
    case 'EC2 Spot Instance Interruption Warning':
      return { ...common, kind: 'interruption' };
    case 'EC2 Instance Rebalance Recommendation':
      return { ...common, kind: 'advice' };
  }
};

export const handler = once(() => task(awsRuntime(process.env)));
