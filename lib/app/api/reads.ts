import { freezeInForce } from '../../core/freeze.js';
import type { GroupRecord } from '../../core/group-record.js';
import { declaredSize } from '../../core/group-spec.js';
import { groupId } from '../../core/ids.js';
import type { Params, Result } from '../api-types.js';
import { loadRevision } from '../load-revision.js';
import type { Runtime } from '../runtime.js';
import { iso } from './iso.js';
import { knownGroup } from './require-group.js';
import { outcomeView } from './rollout-view.js';

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

/**
 * No command or wake since the last pass looked, and that one looked at the revision in force: what it found still
 * describes the group.
 */
export const isSettled = (
  { wake, seen, revision, status }: Pick<GroupRecord, 'wake' | 'seen' | 'revision' | 'status'>,
  openOrders: number,
): boolean =>
  wake === seen && (status.revision === undefined || status.revision === revision) && openOrders === 0;

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
        Divergence: group.status.divergence,
        Frozen: freezeInForce(group, now) !== undefined,
        BreakerOpen: group.breaker.openSince !== undefined,
        ...(group.status.quorumLost === undefined ? {} : { QuorumLost: true as const }),
        ...(group.status.rollout === undefined ? {} : { Rollout: group.status.rollout.status }),
      })),
  };
};

/** Rollouts that are asked for: more than the revisions that are kept, since one may have had several. */
const ROLLOUTS_KEPT = 30;

export const history = async (
  runtime: Runtime,
  { ID }: Params<'Group.History'>,
): Promise<Result<'Group.History'>> => {
  const record = await knownGroup(runtime, ID);
  const over = await runtime.store.rollouts(record.id, ROLLOUTS_KEPT);
  const current = record.rollout === undefined ? [] : [record.rollout];
  const rollouts = [...current, ...over.filter(({ number }) => number !== record.rollout?.number)];
  return {
    ID,
    Revisions: record.history.map((entry) => {
      const rollout = rollouts.find(
        ({ to, failedRevision }) => to === entry.number || failedRevision === entry.number,
      );
      return {
        Revision: entry.number,
        ConfigHash: entry.configHash,
        At: iso(entry.at),
        Origin: entry.origin,
        Current: entry.number === record.revision,
        Steady: entry.number === record.steady?.number,
        ...(rollout === undefined ? {} : { Rollout: outcomeView(rollout) }),
      };
    }),
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
