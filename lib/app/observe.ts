import { type GroupEvent, groupEvent } from '../core/group-event.js';
import type { GroupRecord } from '../core/group-record.js';
import type { InstanceId, Instant } from '../core/ids.js';
import { type InstanceDescription, type InstanceRecord, stateReasonText } from '../core/instance.js';
import { type Merged, mergeObservation } from '../core/merge-observation.js';
import { TOKEN_KEPT_MS } from '../core/order.js';
import type { Runtime } from './runtime.js';

/** What a pass saw, and what of it is news. */
export interface Observed extends Merged {
  /** What EC2 listed with our tags; empty when nothing was asked. */
  readonly listed: readonly InstanceDescription[];
  readonly events: readonly GroupEvent[];
}

/**
 * Reads ledger and EC2; only the lease holder may call it. A group without members, orders and late tokens is not
 * asked about: members come only by adoption or by an order, so there is nothing that EC2 could tell. When the sweep
 * woke us (`swept`) it saw instances with our tags: then they are looked at, and told of as foreign. A step of a rollout
 * (`stepping`) does not ask for cattle that are on their way out, unless an order for them is open: their places are free
 * already.
 */
export const observe = async (
  runtime: Runtime,
  group: GroupRecord,
  { swept, stepping }: { readonly swept: boolean; readonly stepping: boolean },
): Promise<Observed> => {
  const records = await runtime.store.instances(group.id);
  const nothing =
    records.length === 0 &&
    group.orders.length === 0 &&
    group.closedTokens.length === 0 &&
    group.digest === '' &&
    group.watch === 'watched' &&
    !swept;
  const listed = nothing ? [] : await runtime.instances.members(group.id);
  const shown = new Set(listed.map(({ id }) => id));
  const unlisted = records.filter(({ id, goneAt }) => goneAt === undefined && !shown.has(id));
  const ordered = new Set(group.orders.flatMap((order) => (order.kind === 'launch' ? [] : [order.instance])));
  const left = stepping ? unlisted.filter((record) => isEndingCattle(record) && !ordered.has(record.id)) : [];
  const unasked = new Set(left.map((record) => record.id));
  const wanted = unlisted.filter((record) => !unasked.has(record.id)).map((record) => record.id);
  const asked = wanted.length === 0 ? [] : await runtime.instances.byIds(wanted);
  const now = runtime.clock.now();
  const merged = mergeObservation(
    records,
    { listed, asked, unasked },
    {
      orders: group.orders,
      closedTokens: group.closedTokens.filter((closed) => now - closed.at < TOKEN_KEPT_MS),
      owner: { stack: runtime.stack, group: group.id },
    },
    now,
  );
  return { ...merged, listed, events: newsOf(group, records, merged, now) };
};

const isEndingCattle = ({ state, logicalId }: InstanceRecord): boolean =>
  state === 'shutting-down' && logicalId === undefined;

/** Events for what changed between the record and this look. */
const newsOf = (
  group: GroupRecord,
  before: readonly InstanceRecord[],
  merged: Merged,
  now: Instant,
): readonly GroupEvent[] => {
  const known = new Map(before.map((record) => [record.id, record]));
  const news = merged.changed.flatMap((record) => newsOfMember(group, known.get(record.id), record, now));
  const strangers = merged.foreign.filter((id) => !group.foreign.includes(id));
  return [
    ...news,
    ...strangers.map((id: InstanceId) =>
      groupEvent(
        now,
        'instance.foreign',
        group.id,
        'carries our tags, but we neither launched nor adopted it',
        { instance: id },
      ),
    ),
  ];
};

const newsOfMember = (
  group: GroupRecord,
  before: InstanceRecord | undefined,
  after: InstanceRecord,
  now: Instant,
): readonly GroupEvent[] => {
  const about = { instance: after.id };
  if (before === undefined)
    return [groupEvent(now, 'instance.launched', group.id, 'turned up under a token of ours', about)];
  const events: GroupEvent[] = [];
  const ended = isEnded(after) && !isEnded(before);
  if (ended && !after.destroyedByUs) {
    const reason = after.stateReason ? stateReasonText(after.stateReason) : 'EC2 shows it nowhere';
    events.push(groupEvent(now, 'instance.gone', group.id, `${after.state}, not by us (${reason})`, about));
  }
  if (after.untagged && !before.untagged) {
    events.push(
      groupEvent(
        now,
        'instance.untagged',
        group.id,
        'lost holdfast.stack or infrakit.group: counted, never destroyed by itself',
        about,
      ),
    );
  }
  if (after.health === 'unhealthy' && before.health !== 'unhealthy') {
    events.push(groupEvent(now, 'instance.unhealthy', group.id, after.healthReason, about));
  }
  return events;
};

const isEnded = (record: InstanceRecord): boolean =>
  record.goneAt !== undefined || record.state === 'shutting-down' || record.state === 'terminated';
