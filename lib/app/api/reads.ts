import { freezeInForce } from '../../core/freeze.js';
import type { GroupRecord } from '../../core/group-record.js';
import { declaredSize } from '../../core/group-spec.js';
import { type ConfigHash, groupId } from '../../core/ids.js';
import { type InstanceRecord, isLive } from '../../core/instance.js';
import type { GroupView, InstanceView, Params, Result } from '../api-types.js';
import { loadRevision } from '../load-revision.js';
import type { Runtime } from '../runtime.js';
import { knownGroup } from './require-group.js';

const iso = (time: number): string => new Date(time).toISOString();

export const inspect = async (
  runtime: Runtime,
  { ID }: Params<'Group.Inspect'>,
): Promise<Result<'Group.Inspect'>> => {
  const record = await knownGroup(runtime, ID);
  const { properties } = await loadRevision(runtime, record);
  return { ID, Revision: record.revision, Spec: { ID, Properties: properties } };
};

export const inspectAll = async (runtime: Runtime): Promise<Result<'Group.InspectGroups'>> => {
  const groups: Result<'Group.Inspect'>[] = [];
  for (const { id, watch } of await runtime.store.list()) {
    if (watch === 'watched') groups.push(await inspect(runtime, { ID: id }));
  }
  return { Groups: groups };
};

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

/** No command or wake since the last pass looked: what it found still describes the group. */
const isSettled = (group: Pick<GroupRecord, 'wake' | 'seen'>, openOrders: number): boolean =>
  group.wake === group.seen && openOrders === 0;

const isShown = (member: InstanceRecord): boolean => member.goneAt === undefined;

const byAge = (a: InstanceRecord, b: InstanceRecord): number =>
  a.launchedAt - b.launchedAt || (a.id < b.id ? -1 : 1);

const instanceView = (record: GroupRecord, member: InstanceRecord): InstanceView => {
  const leaving = record.orders.find((order) => order.kind !== 'launch' && order.instance === member.id);
  const absent = member.absentSince !== undefined && isLive(member.state);
  return {
    ID: member.id,
    ...(member.logicalId === undefined ? {} : { LogicalID: member.logicalId }),
    State: absent ? 'missing' : member.state,
    Health: member.health,
    ...(member.configHash === undefined ? {} : { ConfigHash: member.configHash }),
    UpToDate: isCurrent(member, record.configHash),
    Reason: leaving ? `being destroyed: ${leaving.reason}` : member.healthReason,
    ...(member.zone === undefined ? {} : { Zone: member.zone }),
    ...(member.privateIp === undefined ? {} : { PrivateIP: member.privateIp }),
    ...(member.instanceType === undefined ? {} : { InstanceType: member.instanceType }),
    LaunchedAt: iso(member.launchedAt),
  };
};

const isCurrent = (member: InstanceRecord, hash: ConfigHash): boolean => member.configHash === hash;

export const list = async (runtime: Runtime, { ID }: Params<'Group.List'>): Promise<Result<'Group.List'>> => {
  const now = runtime.clock.now();
  const all = await runtime.store.list();
  if (ID !== undefined) await knownGroup(runtime, ID);
  return {
    Groups: all
      .filter((group) => ID === undefined || group.id === ID)
      .map((group) => ({
        ID: group.id,
        Watch: group.watch,
        Declared: group.declared,
        Instances: group.status.instances,
        Healthy: group.status.healthy,
        UpToDate: group.status.upToDate,
        Converged:
          isSettled(group, group.openOrders) &&
          group.status.converged &&
          group.status.declared === group.declared,
        Frozen: freezeInForce(group, now) !== undefined,
        BreakerOpen: group.breaker.openSince !== undefined,
      })),
  };
};

export const history = async (
  runtime: Runtime,
  { ID }: Params<'Group.History'>,
): Promise<Result<'Group.History'>> => {
  const record = await knownGroup(runtime, ID);
  return {
    ID,
    Revisions: record.history.map((entry) => ({
      Revision: entry.number,
      ConfigHash: entry.configHash,
      At: iso(entry.at),
      Origin: entry.origin,
      Current: entry.number === record.revision,
    })),
  };
};

const EVENTS_A_PAGE = 100;

/** Where the outcomes of uploads are told; no group has this name's record. */
const FILES = groupId('config-files');

/**
 * Events outlive their group: a destroyed one's are still told.
 * @throws {NotFoundError} in InfraKit's words, when there is neither an event nor a group of that id.
 */
export const events = async (
  runtime: Runtime,
  params: Params<'Group.Events'>,
): Promise<Result<'Group.Events'>> => {
  const found = await runtime.store.events(groupId(params.ID), {
    ...(params.After === undefined ? {} : { after: params.After }),
    limit: Math.min(params.Limit ?? EVENTS_A_PAGE, 1000),
    now: runtime.clock.now(),
  });
  const isSilent = found.length === 0 && params.After === undefined;
  if (isSilent && groupId(params.ID) !== FILES) await knownGroup(runtime, params.ID);
  return {
    Events: found.map((event) => ({
      Key: event.key,
      Time: iso(event.time),
      Event: event.event,
      Group: event.group,
      ...(event.instance === undefined ? {} : { Instance: event.instance }),
      Reason: event.reason,
    })),
  };
};

export const size = async (runtime: Runtime, { ID }: Params<'Group.Size'>): Promise<Result<'Group.Size'>> => {
  const record = await knownGroup(runtime, ID);
  const { spec } = await loadRevision(runtime, record);
  return { ID, Size: declaredSize(spec.allocation) };
};
