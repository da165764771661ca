import type { InstanceId, Instant } from './ids.js';
import type { HealthReport, InstanceRecord } from './instance.js';

const isUp = ({ state }: InstanceRecord): boolean => state === 'pending' || state === 'running';

/**
 * Puts the flavor's answers on record. Only a change of health is worth a write; the words of the newest answer are
 * kept in the returned records all the same. An instance that was not asked about keeps its health, and so does one
 * that does not run: a late answer cannot make a stopped instance healthy.
 */
export const applyHealth = (
  records: readonly InstanceRecord[],
  reports: ReadonlyMap<InstanceId, HealthReport>,
  now: Instant,
): { readonly records: readonly InstanceRecord[]; readonly changed: readonly InstanceRecord[] } => {
  const changed: InstanceRecord[] = [];
  const next = records.map((record) => {
    const report = reports.get(record.id);
    if (report === undefined || record.goneAt !== undefined || !isUp(record)) return record;
    const { unanswered: _, leader: __, ...known } = record;
    // Who leads is only known from an answer.
    const leads = report.unanswered ? record.leader : report.leader;
    const asked: InstanceRecord = {
      ...known,
      ...(report.unanswered ? { unanswered: report.unanswered } : {}),
      ...(leads ? { leader: leads } : {}),
    };
    if (report.health === record.health) {
      const next = { ...asked, healthReason: report.reason };
      if (leads !== record.leader) changed.push(next);
      return next;
    }
    const updated: InstanceRecord = {
      ...asked,
      health: report.health,
      healthReason: report.reason,
      healthSince: now,
      everHealthy: record.everHealthy || report.health === 'healthy',
    };
    changed.push(updated);
    return updated;
  });
  return { records: next, changed };
};
