import { applyHealth } from '../core/apply-health.js';
import type { ClusterView } from '../core/cluster.js';
import { type GroupEvent, groupEvent } from '../core/group-event.js';
import type { Revision } from '../core/group-spec.js';
import type { InstanceId, Instant } from '../core/ids.js';
import type { InstanceRecord } from '../core/instance.js';
import { askMembers } from './ask-health.js';
import type { Runtime } from './runtime.js';

export interface Probed {
  readonly records: readonly InstanceRecord[];
  readonly changed: readonly InstanceRecord[];
  /** What the sweep compares with what EC2 and the target groups show; see `Asked`. */
  readonly impaired: readonly InstanceId[];
  readonly events: readonly GroupEvent[];
  readonly cluster: ClusterView | undefined;
}

/** Asks about every member that runs, in one question, and puts the answers on record. */
export const probeHealth = async (
  runtime: Runtime,
  revision: Revision,
  records: readonly InstanceRecord[],
  beside: readonly InstanceRecord[],
): Promise<Probed> => {
  const { clock } = runtime;
  const { reports, impaired, cluster } = await askMembers(runtime, revision, records, beside, clock.now());
  const now = runtime.clock.now();
  const { records: next, changed } = applyHealth(records, reports, now);
  return {
    records: next,
    changed,
    impaired,
    cluster,
    events: changed.flatMap((record) => newsOf(revision, record, now)),
  };
};

const newsOf = (revision: Revision, record: InstanceRecord, now: Instant): readonly GroupEvent[] => {
  if (record.health === 'unknown') return [];
  const name = record.health === 'healthy' ? 'instance.healthy' : 'instance.unhealthy';
  return [groupEvent(now, name, revision.spec.id, record.healthReason, { instance: record.id })];
};
