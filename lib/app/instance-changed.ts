import { groupEvent } from '../core/group-event.js';
import type { GroupId } from '../core/ids.js';
import { instanceId } from '../core/ids.js';
import type { InstanceRecord, InstanceState, Leaving } from '../core/instance.js';
import type { Runtime } from './runtime.js';

/** What an EC2 event says, in our words. */
export interface InstanceNews {
  readonly instance: string;
  readonly kind: 'state' | 'interruption' | 'advice';
  readonly state?: InstanceState;
  /** When the event happened, as EventBridge says. */
  readonly time: number;
}

/** AWS takes a spot instance two minutes after its warning (EC2 User Guide, "Spot Instance interruption notices"). */
const SPOT_WARNING_MS = 120_000;

/**
 * Turns an EC2 event into a wake of the instance's group. A hint only: an event for an instance that we do not know,
 * or that tells what is on record already, is dropped without another call.
 */
export const instanceChanged = async (runtime: Runtime, news: InstanceNews): Promise<'woken' | 'dropped'> => {
  const found = await runtime.store.findInstance(instanceId(news.instance));
  if (found === undefined) return 'dropped';
  const { group, record } = found;
  if (news.kind === 'state') {
    if (isKnown(record, news.state)) return 'dropped';
  } else {
    await noteLeaving(runtime, group, record, news);
  }
  if (!(await runtime.store.wake(group))) return 'dropped';
  const expects = news.state === undefined ? {} : { expects: { instance: record.id, state: news.state } };
  await runtime.wakes.send({ group, ...expects, happenedAt: news.time });
  return 'woken';
};

/** The end of a cattle instance that is on record as ending is no news; a pet's frees its place. */
const isKnown = (record: InstanceRecord, state: InstanceState | undefined): boolean => {
  if (record.goneAt !== undefined) return true;
  // The health checks of its rollout look after it.
  if (state === 'running' && record.proving !== undefined && record.state === 'pending') return true;
  if (state === 'shutting-down') return record.state === 'shutting-down' || record.state === 'terminated';
  if (state === 'terminated')
    return (
      record.state === 'terminated' || (record.state === 'shutting-down' && record.logicalId === undefined)
    );
  return record.state === state;
};

const noteLeaving = async (
  runtime: Runtime,
  group: GroupId,
  record: InstanceRecord,
  news: InstanceNews,
): Promise<void> => {
  const leaving: Leaving =
    news.kind === 'interruption'
      ? {
          kind: 'interruption',
          at: news.time + SPOT_WARNING_MS,
          reason: 'spot interruption: EC2 takes it in two minutes',
        }
      : { kind: 'advice', at: news.time, reason: 'rebalance recommendation: a spot interruption is likely' };
  if (record.leavingBy?.kind === 'interruption') return;
  await runtime.store.setLeaving(group, record.id, leaving);
  const event = groupEvent(news.time, 'instance.leaving', group, leaving.reason, { instance: record.id });
  await runtime.store.putEvents([event]);
  await runtime.bus.publish([event]);
};
