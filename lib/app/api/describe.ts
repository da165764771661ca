import { budgetOf } from '../../core/amount.js';
import { breakerLimit } from '../../core/breaker.js';
import { type Classified, classify } from '../../core/classify.js';
import { freezeInForce } from '../../core/freeze.js';
import type { GroupRecord } from '../../core/group-record.js';
import { type Allocation, declaredSize, type GroupSpec } from '../../core/group-spec.js';
import type { Instant } from '../../core/ids.js';
import { type InstanceRecord, isLive } from '../../core/instance.js';
import type { Member } from '../../core/observation.js';
import { isRolling } from '../../core/rollout.js';
import { effectiveAllocation } from '../../core/rollout-facts.js';
import type { BudgetView, GroupView, InstanceView, Params } from '../api-types.js';
import { loadRevision } from '../load-revision.js';
import type { Runtime } from '../runtime.js';
import { iso } from './iso.js';
import { isSettled } from './reads.js';
import { knownGroup } from './require-group.js';
import { rolloutView } from './rollout-view.js';

/** From ledger and records alone: what the last passes saw. */
export const describe = async (
  runtime: Runtime,
  { ID }: Params<'Group.DescribeGroup'>,
): Promise<GroupView> => {
  const record = await knownGroup(runtime, ID);
  const [revision, members] = [await loadRevision(runtime, record), await runtime.store.instances(record.id)];
  const { allocation, flavor, updating } = revision.spec;
  const { status } = record;
  const now = runtime.clock.now();
  const freeze = freezeInForce(record, now);
  const entries = sorted(record, revision.spec, members, now);
  const filled = effectiveAllocation(revision.spec, record, record.rollout, entries);
  return {
    ID,
    Watch: record.watch,
    Revision: record.revision,
    ConfigHash: record.configHash,
    Flavor: flavor.plugin,
    Declared: declaredSize(allocation),
    ...(allocation.kind === 'logicalIds' ? { LogicalIDs: allocation.logicalIds } : {}),
    Converged:
      isSettled(record, record.orders.length) &&
      status.converged &&
      status.declared === declaredSize(allocation),
    Divergence: status.divergence,
    ...(status.divergentSince === undefined ? {} : { DivergentSince: iso(status.divergentSince) }),
    Reasons: status.reasons,
    Instances: entries.map((entry) => instanceView(record, entry)),
    Foreign: record.foreign,
    ...(freeze === undefined
      ? {}
      : {
          Freeze: {
            Reason: freeze.reason,
            ...(freeze.until === undefined ? {} : { Until: iso(freeze.until) }),
            Fleet: freeze === record.fleetFreeze,
          },
        }),
    ...(record.breaker.openSince === undefined
      ? {}
      : { Breaker: { Since: iso(record.breaker.openSince), Reason: record.breaker.reason ?? '' } }),
    ...(record.breakerOverrideUntil !== undefined && now < record.breakerOverrideUntil
      ? { BreakerOverrideUntil: iso(record.breakerOverrideUntil) }
      : {}),
    Budget: budgetView(revision.spec, declaredSize(filled)),
    ...growsLater(allocation, filled),
    ...(record.rollout === undefined ? {} : { Rollout: rolloutView(record.rollout, updating.checkpoints) }),
    ...(status.quorumLost === undefined ? {} : { QuorumLost: status.quorumLost }),
    ...(record.steady === undefined ? {} : { Steady: record.steady.number }),
    OpenOrders: record.orders.map((order) => ({
      Kind: order.kind,
      Reason:
        order.kind === 'destroy' && order.blocked
          ? `${order.reason}; blocked: ${order.blocked}`
          : order.reason,
      Since: iso(order.at),
      ...(order.kind === 'launch' ? { Count: order.count } : { Instance: order.instance }),
    })),
  };
};

/** Those that are not proved gone, oldest first, as a pass would sort them now. */
const sorted = (
  record: GroupRecord,
  { repair, updating }: GroupSpec,
  members: readonly InstanceRecord[],
  now: Instant,
): readonly Classified[] => {
  const { orders, configHash, restartBefore, rollout } = record;
  return classify(
    { members: members.filter(({ goneAt }) => goneAt === undefined), foreign: [] },
    {
      orders,
      configHash,
      graceSeconds: repair.graceSeconds,
      restartBefore,
      rollout: isRolling(rollout)
        ? { id: rollout.id, healthTimeoutSeconds: updating.healthTimeoutSeconds }
        : undefined,
      now,
    },
  );
};

const growsLater = (declared: Allocation, filled: Allocation): Pick<GroupView, 'GrowsLater'> => {
  const Count = declaredSize(declared) - declaredSize(filled);
  if (Count <= 0) return {};
  if (declared.kind === 'size' || filled.kind === 'size') return { GrowsLater: { Count } };
  const LogicalIDs = declared.logicalIds.filter((id) => !filled.logicalIds.includes(id));
  return { GrowsLater: { Count, LogicalIDs } };
};

/** As the planner counts it: while a group rolls before it grows, from the size that it had. */
const budgetView = (spec: GroupSpec, size: number): BudgetView => {
  const { maxUnavailable, floor, ceiling } = budgetOf(spec, size);
  return {
    MaxUnavailable: maxUnavailable,
    Floor: floor,
    Ceiling: ceiling,
    MaxUnhealthy: breakerLimit(spec),
  };
};

const instanceView = (record: GroupRecord, { member, bucket, outdated }: Classified): InstanceView => {
  const leaving = record.orders.find((order) => order.kind !== 'launch' && order.instance === member.id);
  const proving = isRolling(record.rollout) && member.proving === record.rollout.id;
  const absent = member.absentSince !== undefined && isLive(member.state);
  return {
    ID: member.id,
    ...(member.logicalId === undefined ? {} : { LogicalID: member.logicalId }),
    State: absent ? 'missing' : member.state,
    Health: member.health,
    ...(member.configHash === undefined ? {} : { ConfigHash: member.configHash }),
    UpToDate: !outdated,
    Bucket: bucket,
    Reason: leaving ? `being destroyed: ${leaving.reason}` : reasonOf(member, proving),
    ...(member.zone === undefined ? {} : { Zone: member.zone }),
    ...(member.privateIp === undefined ? {} : { PrivateIP: member.privateIp }),
    ...(member.instanceType === undefined ? {} : { InstanceType: member.instanceType }),
    LaunchedAt: iso(member.launchedAt),
    ...(proving && leaving === undefined ? { Proving: true as const } : {}),
    ...(member.leader ? { Leader: true as const } : {}),
  };
};

const reasonOf = (member: Member, proving: boolean): string => {
  if (!isLive(member.state)) return member.destroyedByUs ? 'ended by us' : 'ended, not by us';
  return proving ? `being proved: ${provingText(member)}` : member.healthReason;
};

const provingText = ({ checks }: Member): string => {
  if (checks === undefined) return 'not checked yet';
  if (checks.health !== 'healthy') return checks.reason;
  return `${checks.healthy} healthy check${checks.healthy === 1 ? '' : 's'} in a row`;
};
