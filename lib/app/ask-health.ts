import { type ClusterView, runsOn } from '../core/cluster.js';
import type { Revision } from '../core/group-spec.js';
import type { InstanceId, Instant } from '../core/ids.js';
import type { Health, HealthReport, InstanceRecord } from '../core/instance.js';
import { asFlavorMember, askFlavor } from './ask-flavor.js';
import { isAmiss, readTargetGroups, type TargetGroupSight, targetGroupName } from './read-target-groups.js';
import { type Registered, registerMissing } from './register-targets.js';
import type { Runtime } from './runtime.js';

export type HealthRuntime = Pick<
  Runtime,
  'bus' | 'clock' | 'clusters' | 'flavors' | 'instances' | 'shell' | 'stack' | 'store' | 'targetGroups'
>;

export interface Asked {
  readonly reports: ReadonlyMap<InstanceId, HealthReport>;
  /**
   * Members that their flavor calls unhealthy (or, when it asks nodes, not healthy) or a target group does not call healthy, sorted: what the sweep compares
   * with what EC2 and the target groups show. Those without our tags, which the sweep does not see, are left out.
   */
  readonly impaired: readonly InstanceId[];
  /** The cluster's own member list; absent when members form none, or none was founded yet. */
  readonly cluster?: ClusterView;
}

/**
 * The health of those members that run, in one question to the flavor and one to each target group. Where the flavor
 * says healthy the target groups have the last word:
 *
 * - every one says healthy: healthy;
 * - one says `unhealthy`: unhealthy;
 * - it is in none yet, or `draining` without a drain of ours: it is registered, and unknown until the target group has judged.
 *   Not while the group is frozen or given up, nor with a drain or destroy order;
 * - `initial`, `unused`, `unavailable`, or a target group that is missing or cannot be read: unknown.
 *
 * `beside`: other members, who are asked as well where members form a quorum, and get no report.
 *
 * What is unknown by a target group is unanswered as well: it is never a ground for ending an instance, though it was never healthy.
 */
export const askHealth = async (
  runtime: HealthRuntime,
  revision: Revision,
  records: readonly InstanceRecord[],
  beside: readonly InstanceRecord[],
  now: Instant,
): Promise<ReadonlyMap<InstanceId, HealthReport>> =>
  (await askMembers(runtime, revision, records, beside, now)).reports;

/** `askHealth`, with what the sweep is to compare, and what the cluster says of itself. */
export const askMembers = async (
  runtime: HealthRuntime,
  revision: Revision,
  records: readonly InstanceRecord[],
  beside: readonly InstanceRecord[],
  now: Instant,
): Promise<Asked> => {
  const flavor = runtime.flavors.find(revision.spec.flavor.plugin);
  const running = records.filter(runs);
  if (flavor === undefined || running.length === 0) return { reports: new Map(), impaired: [] };
  // A member of a quorum is known by what the others say of it.
  const witnesses = revision.quorum === undefined ? [] : beside.filter(runs);
  const asked = [...running, ...witnesses].map(asFlavorMember);
  const { reports: told, cluster } = await askFlavor(runtime, flavor, revision, asked);
  const own = new Set(running.map(({ id }) => id));
  const ofThem = new Map([...told].filter(([id]) => own.has(id)));
  const said = withLeader(ofThem, running, cluster);
  const seen = cluster === undefined ? {} : { cluster };
  const arns = revision.targetGroups ?? [];
  const sights = await readTargetGroups(runtime.targetGroups, arns);
  // A flavor that asks nodes is asked by the sweep as well, which so sees who has become healthy.
  const amiss = new Set<Health>(flavor.documents.length > 0 ? ['unhealthy', 'unknown'] : ['unhealthy']);
  const isImpaired = ({ id, untagged }: InstanceRecord) =>
    amiss.has(said.get(id)?.health ?? 'unknown') ||
    (!untagged && [...sights.values()].some((it) => isAmiss(it, id)));
  const impaired = running
    .filter(isImpaired)
    .map(({ id }) => id)
    .sort();
  if (arns.length === 0) return { reports: said, impaired, ...seen };
  const healthy = running.filter(({ id }) => said.get(id)?.health === 'healthy');
  const registered = await registerMissing(runtime, revision, healthy, sights, now);
  const reports = new Map(said);
  for (const { id } of healthy) {
    const verdicts = [...sights].map(([arn, sight]) => verdictOf(arn, sight, id, registered));
    const report = verdicts.find((it) => it?.health === 'unhealthy') ?? verdicts.find((it) => it);
    if (report !== undefined) reports.set(id, { ...said.get(id), ...report });
  }
  return { reports, impaired, ...seen };
};

const runs = ({ goneAt, state, absentSince }: InstanceRecord): boolean =>
  goneAt === undefined && state === 'running' && absentSince === undefined;

/** Marks the report of the member that leads, in the cluster's own words. */
const withLeader = (
  reports: ReadonlyMap<InstanceId, HealthReport>,
  records: readonly InstanceRecord[],
  cluster: ClusterView | undefined,
): ReadonlyMap<InstanceId, HealthReport> => {
  const leaders = cluster?.kind === 'read' ? cluster.members.filter(({ leader }) => leader) : [];
  if (leaders.length === 0) return reports;
  const leading = records.filter((record) => leaders.some((member) => runsOn(record, member)));
  const marked = new Map(reports);
  for (const { id } of leading) {
    const report = reports.get(id);
    if (report !== undefined) marked.set(id, { ...report, leader: true });
  }
  return marked;
};

/** A target group's word against healthy; `undefined` when it agrees. */
const verdictOf = (
  arn: string,
  sight: TargetGroupSight,
  id: InstanceId,
  whyNot: Registered,
): HealthReport | undefined => {
  const name = targetGroupName(arn);
  const unknown = (reason: string): HealthReport => ({ health: 'unknown', reason, unanswered: true });
  if (sight.kind !== 'read') return unknown(`target group ${name}: ${sight.reason}`);
  const { state, reason } = sight.health.get(id) ?? ABSENT;
  const why = reason === '' ? '' : ` (${reason})`;
  switch (state) {
    case 'healthy':
      return undefined;
    case 'unhealthy':
      return { health: 'unhealthy', reason: `unhealthy in target group ${name}${why}` };
    case 'absent':
    case 'draining': {
      const refusal = whyNot(arn, id);
      return unknown(
        refusal === undefined
          ? `registered with target group ${name}, initial`
          : `not registered with target group ${name}: ${refusal}`,
      );
    }
    case 'initial':
    case 'unused':
    case 'unavailable':
      return unknown(`registered with target group ${name}, ${state}${why}`);
  }
};

const ABSENT = { state: 'absent', reason: '' } as const;
