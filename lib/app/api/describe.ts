import { isOutdated } from '../../core/classify.js';
import { freezeInForce } from '../../core/freeze.js';
import type { GroupRecord } from '../../core/group-record.js';
import { declaredSize } from '../../core/group-spec.js';
import { type InstanceRecord, isLive } from '../../core/instance.js';
import { isRolling } from '../../core/rollout.js';
import type { GroupView, InstanceView, Params } from '../api-types.js';
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
  const { allocation } = revision.spec;
  const { status } = record;
  const now = runtime.clock.now();
  const freeze = freezeInForce(record, now);
  return {
    ID,
    Watch: record.watch,
    Revision: record.revision,
    ConfigHash: record.configHash,
    Declared: declaredSize(allocation),
    ...(allocation.kind === 'logicalIds' ? { LogicalIDs: allocation.logicalIds } : {}),
    Converged:
      isSettled(record, record.orders.length) &&
      status.converged &&
      status.declared === declaredSize(allocation),
    Divergence: status.divergence,
    ...(status.divergentSince === undefined ? {} : { DivergentSince: iso(status.divergentSince) }),
    Reasons: status.reasons,
    Instances: members
      .filter(isShown)
      .sort(byAge)
      .map((member) => instanceView(record, member)),
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
    ...(record.rollout === undefined ? {} : { Rollout: rolloutView(record.rollout) }),
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

const isShown = (member: InstanceRecord): boolean => member.goneAt === undefined;

const byAge = (a: InstanceRecord, b: InstanceRecord): number =>
  a.launchedAt - b.launchedAt || (a.id < b.id ? -1 : 1);

const instanceView = (record: GroupRecord, member: InstanceRecord): InstanceView => {
  const leaving = record.orders.find((order) => order.kind !== 'launch' && order.instance === member.id);
  const proving = isRolling(record.rollout) && member.proving === record.rollout.id;
  const absent = member.absentSince !== undefined && isLive(member.state);
  return {
    ID: member.id,
    ...(member.logicalId === undefined ? {} : { LogicalID: member.logicalId }),
    State: absent ? 'missing' : member.state,
    Health: member.health,
    ...(member.configHash === undefined ? {} : { ConfigHash: member.configHash }),
    UpToDate: !isOutdated(member, record),
    Reason: leaving ? `being destroyed: ${leaving.reason}` : reasonOf(member, proving),
    ...(member.zone === undefined ? {} : { Zone: member.zone }),
    ...(member.privateIp === undefined ? {} : { PrivateIP: member.privateIp }),
    ...(member.instanceType === undefined ? {} : { InstanceType: member.instanceType }),
    LaunchedAt: iso(member.launchedAt),
    ...(proving && leaving === undefined ? { Proving: true as const } : {}),
    ...(member.leader ? { Leader: true as const } : {}),
  };
};

const reasonOf = (member: InstanceRecord, proving: boolean): string => {
  if (!isLive(member.state)) return member.destroyedByUs ? 'ended by us' : 'ended, not by us';
  return proving ? `being proved: ${provingText(member)}` : member.healthReason;
};

const provingText = ({ checks }: InstanceRecord): string => {
  if (checks === undefined) return 'not checked yet';
  if (checks.health !== 'healthy') return checks.reason;
  return `${checks.healthy} healthy check${checks.healthy === 1 ? '' : 's'} in a row`;
};
