import type {
  GroupLine,
  GroupView,
  RevisionView as Revision,
  RolloutView as Rollout,
} from '../app/api-types.js';
import type { ClusterReport } from '../app/cluster-report.js';
import { cellsOf, countsOf, pictureOf } from './cells.js';
import { instantOf } from './instant-of.js';
import type {
  BreakerView,
  Bucket,
  Cell,
  ClusterView,
  GroupDetail,
  GroupSummary,
  RevisionView,
  RolloutView,
  ZonePicture,
} from './protocol.js';

/** What a cluster said, and when. */
export interface Asked {
  readonly report: ClusterReport;
  readonly at: number;
}

export const viewLine = (line: GroupLine, picture?: readonly ZonePicture[]): GroupSummary => ({
  id: line.ID,
  watch: line.Watch,
  declared: line.Declared,
  instances: line.Instances,
  healthy: line.Healthy,
  upToDate: line.UpToDate,
  converged: line.Converged,
  divergence: line.Divergence,
  frozen: line.Frozen,
  breakerOpen: line.BreakerOpen,
  quorumLost: line.QuorumLost === true,
  ...(line.Rollout === undefined ? {} : { rolloutStatus: line.Rollout }),
  ...(picture === undefined ? {} : { picture }),
});

/** Rollouts that are not over well; of others the list tells nothing either. */
const TOLD = ['running', 'rolling-back', 'paused', 'stopped', 'failed'];

/** The list tells what the last pass saw; of a group that is looked at, more is known by now. */
const viewNow = (line: GroupLine, view: GroupView, cells: readonly Cell[]): GroupSummary => {
  const { Rollout } = view;
  const { rolloutStatus: _, ...rest } = viewLine(line, pictureOf(cells));
  const there = cells.filter(({ instance, bucket }) => instance !== undefined && bucket !== 'ending');
  return {
    ...rest,
    instances: there.length,
    healthy: there.filter(({ bucket }) => HEALTHY.includes(bucket)).length,
    upToDate: there.filter(({ bucket, upToDate }) => upToDate === true && bucket !== 'draining').length,
    converged: view.Converged,
    divergence: view.Divergence,
    frozen: view.Freeze !== undefined,
    breakerOpen: view.Breaker !== undefined,
    quorumLost: view.QuorumLost !== undefined,
    ...(Rollout !== undefined && TOLD.includes(Rollout.Status) ? { rolloutStatus: Rollout.Status } : {}),
  };
};

const HEALTHY: readonly Bucket[] = ['healthy', 'outdated', 'surplus'];

/** Reasons that the rollout's and the breaker's own views tell better. */
const isToldElsewhere = (reason: string, { Rollout, Breaker }: GroupView): boolean =>
  (Rollout !== undefined && /^rollout from revision \d+ to \d+ /.test(reason)) ||
  (Breaker !== undefined && reason.startsWith('breaker open: '));

/** Everything that the page shows of one group, from the API's answers about it. */
export const viewGroup = (
  line: GroupLine,
  view: GroupView,
  revisions: readonly Revision[],
  cluster?: Asked,
): GroupDetail => {
  const cells = cellsOf(view, cluster?.report);
  const { Freeze, DivergentSince, QuorumLost, Rollout, Steady } = view;
  return {
    ...viewNow(line, view, cells),
    revision: view.Revision,
    configHash: view.ConfigHash,
    flavor: view.Flavor,
    counts: countsOf(cells),
    cells,
    reasons: view.Reasons.filter((reason) => !isToldElsewhere(reason, view)),
    ...(DivergentSince === undefined ? {} : { divergentSince: instantOf(DivergentSince) }),
    ...(Freeze === undefined
      ? {}
      : {
          freeze: {
            reason: Freeze.Reason,
            ...(Freeze.Until === undefined ? {} : { until: instantOf(Freeze.Until) }),
            fleet: Freeze.Fleet,
          },
        }),
    breaker: viewBreaker(view),
    budget: {
      maxUnavailable: view.Budget.MaxUnavailable,
      floor: view.Budget.Floor,
      ceiling: view.Budget.Ceiling,
      healthy: cells.filter(({ bucket }) => bucket === 'healthy' || bucket === 'outdated').length,
    },
    ...(QuorumLost === undefined ? {} : { quorumReason: QuorumLost }),
    ...(cluster === undefined ? {} : { cluster: viewCluster(cluster) }),
    orders: view.OpenOrders.map(({ Kind, Reason, Since, Instance, Count }) => ({
      kind: Kind,
      reason: Reason,
      since: instantOf(Since),
      ...(Instance === undefined ? {} : { instance: Instance }),
      ...(Count === undefined ? {} : { count: Count }),
    })),
    ...(Rollout === undefined
      ? {}
      : { rollout: viewRollout(Rollout, cells.filter(({ proving }) => proving).length) }),
    revisions: revisions.map(viewRevision).sort((a, b) => b.revision - a.revision),
    ...(Steady === undefined ? {} : { steady: Steady }),
    foreign: view.Foreign,
  };
};

const viewBreaker = ({ Breaker, BreakerOverrideUntil, Budget }: GroupView): BreakerView => ({
  open: Breaker !== undefined,
  ...(Breaker === undefined ? {} : { since: instantOf(Breaker.Since), reason: Breaker.Reason }),
  ...(BreakerOverrideUntil === undefined ? {} : { overrideUntil: instantOf(BreakerOverrideUntil) }),
  limit: Budget.MaxUnhealthy,
});

const viewCluster = ({ report, at }: Asked): ClusterView => ({
  quorum: report.Quorum,
  ...(report.Reason === undefined ? {} : { reason: report.Reason }),
  askedAt: at,
  members: report.Members.map(({ Name, Instance, Address, Role, Votes, Reachable, Leader }) => ({
    name: Name,
    ...(Instance === undefined ? {} : { instance: Instance }),
    ...(Address === undefined ? {} : { address: Address }),
    role: Role,
    votes: Votes,
    reachable: Reachable,
    leader: Leader,
  })),
});

const RESUMABLE = ['paused', 'stopped', 'failed'];
/** One that is paused stands already. */
const STOPPABLE = ['running', 'rolling-back'];

const viewRollout = (rollout: Rollout, batch: number): RolloutView => {
  const { Status, WaitsFor, Until, EndedAt, FailedRevision } = rollout;
  return {
    status: Status,
    phase: rollout.Phase,
    from: rollout.From,
    to: rollout.To,
    replaced: rollout.Replaced,
    total: rollout.Total,
    batch,
    failures: rollout.Failures,
    reason: rollout.Reason,
    ...(WaitsFor === undefined ? {} : { waitsFor: WaitsFor }),
    ...(Until === undefined ? {} : { until: instantOf(Until) }),
    startedAt: instantOf(rollout.StartedAt),
    ...(EndedAt === undefined ? {} : { endedAt: instantOf(EndedAt) }),
    isRollback: rollout.IsRollback,
    ...(FailedRevision === undefined ? {} : { failedRevision: FailedRevision }),
    checkpoints: rollout.Checkpoints.map(({ AtPercent, Wait, Passed }) => ({
      atPercent: AtPercent,
      wait: Wait === 'approval' ? Wait : Wait * 1000,
      passed: Passed,
    })),
    approvable: rollout.AwaitsApproval,
    resumable: RESUMABLE.includes(Status),
    stoppable: STOPPABLE.includes(Status),
  };
};

const viewRevision = (revision: Revision): RevisionView => ({
  revision: revision.Revision,
  configHash: revision.ConfigHash,
  at: instantOf(revision.At),
  origin: revision.Origin,
  current: revision.Current,
  steady: revision.Steady,
  ...(revision.Rollout === undefined
    ? {}
    : { rollout: { status: revision.Rollout.Status, reason: revision.Rollout.Reason } }),
});
