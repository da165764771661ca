import type { GroupRecord } from '../../lib/core/group-record.js';
import { declaredSize } from '../../lib/core/group-spec.js';
import type { LaunchOrder, Order } from '../../lib/core/order.js';
import { currentInvocation } from '../../lib/local/lambda/invocation.js';
import type { MemoryTable } from '../../lib/local/memory-store.js';
import type { GroupStore } from '../../lib/ports/group-store.js';
import { type Allowance, allowanceOf } from './budget.js';
import type { Truth } from './truth.js';
import type { Rule } from './violation.js';

export interface OrderWitnessParts {
  readonly stack: string;
  readonly table: MemoryTable;
  readonly truth: Truth;
  readonly now: () => number;
  /** How long what happened may be unknown to anybody: sweep, probe and the story's lag. */
  readonly blindMs: number;
  readonly blame: (rule: Rule, message: string) => void;
}

interface Seen {
  fence?: number;
  intent: number;
}

type EndOrder = Exclude<Order, LaunchOrder>;

/** Stands between a function and the table: every order that is written must be right, by the world as it is. */
export const witnessOrders = (store: GroupStore, parts: OrderWitnessParts): GroupStore => {
  const { stack, table, blame } = parts;
  const known = new Map<string, Seen>();
  const key = (id: string) => `${currentInvocation()?.requestId} ${id}`;
  const note = (record: GroupRecord | undefined, took = false) => {
    if (record === undefined) return;
    const before = known.get(key(record.id));
    const fence = took ? record.fence : before?.fence;
    known.set(key(record.id), { intent: record.intent, ...(fence === undefined ? {} : { fence }) });
  };

  const check = (before: GroupRecord, orders: readonly Order[]) => {
    const there = new Set(before.orders.map(({ id }) => id));
    const added = orders.filter(({ id }) => !there.has(id));
    if (added.length === 0) return;
    const name = `${stack} "${before.id}"`;
    const seen = known.get(key(before.id));
    if (seen?.fence !== before.fence)
      blame('fence', `${name}: written under fence ${seen?.fence}, the lease is ${before.fence}`);
    if (seen?.intent !== before.intent)
      blame('intent', `${name}: decided under intent ${seen?.intent}, it is ${before.intent}`);
    const freeze = [before.freeze, before.fleetFreeze].find(
      (it) => it !== undefined && (it.until === undefined || it.until > parts.now() + SKEW_MS),
    );
    if (freeze !== undefined) blame('freeze', `${name}: ordered while frozen`);
    checkLaunches(
      parts,
      before,
      added.filter((it) => it.kind === 'launch'),
      orders,
    );
    // A drain that has become a destroy was decided when the drain was.
    const decided = new Set(before.orders.flatMap((it) => (it.kind === 'launch' ? [] : [it.instance])));
    const ends = added.filter((it) => it.kind !== 'launch').filter(({ instance }) => !decided.has(instance));
    checkEnds(parts, before, ends, decided);
  };

  return {
    ...store,
    read: async (id) => {
      const record = await store.read(id);
      note(record);
      return record;
    },
    takeLease: async (id, lease, now) => {
      const record = await store.takeLease(id, lease, now);
      note(record, true);
      return record;
    },
    command: async (id, change, guard) => {
      const record = await store.command(id, change, guard);
      note(record);
      return record;
    },
    update: async (id, change, guard) => {
      const before = table.groups.get(id);
      const after = await store.update(id, change, guard);
      if (before !== undefined && change.orders !== undefined) check(before, after.orders);
      note(after);
      return after;
    },
  };
};

/** Clocks of functions differ by up to so much. */
const SKEW_MS = 5_000;

const propertiesOf = (table: MemoryTable, group: GroupRecord) =>
  table.specs.get(`spec ${group.specHash} of group "${group.id}"`)?.value.properties ?? null;

const allowanceNow = (table: MemoryTable, group: GroupRecord): Allowance =>
  allowanceOf(propertiesOf(table, group), group.basis === undefined ? undefined : declaredSize(group.basis));

const checkLaunches = (
  { stack, table, truth, blame }: OrderWitnessParts,
  group: GroupRecord,
  added: readonly LaunchOrder[],
  orders: readonly Order[],
): void => {
  if (added.length === 0) return;
  const name = `${stack} "${group.id}"`;
  if (group.watch !== 'watched') blame('watch', `${name}: a launch is ordered while ${group.watch}`);
  const hashes: unknown[] = [group.configHash, group.steady?.configHash];
  for (const order of added)
    if (!hashes.includes(order.configHash))
      blame('revision', `${name}: ordered ${order.configHash}, declared is ${group.configHash}`);
  // What EC2 refuses to end, and nobody wants any more, holds up no place.
  const stuck = new Set<string>(
    group.orders.flatMap((it) => (it.kind === 'destroy' && it.blocked ? [it.instance] : [])),
  );
  const live = truth.members(stack, group.id).filter(({ id }) => !stuck.has(id));
  const outstanding = orders
    .filter((it) => it.kind === 'launch')
    .reduce((sum, { id, count }) => sum + Math.max(0, count - truth.launchedBy(id)), 0);
  const { ceiling } = allowanceNow(table, group);
  if (live.length + outstanding > ceiling)
    blame(
      'ceiling',
      `${name}: ${live.length} live and ${outstanding} ordered, at most ${ceiling}: ${added.map(({ reason }) => reason).join('; ')}`,
    );
};

const checkEnds = (
  parts: OrderWitnessParts,
  group: GroupRecord,
  ends: readonly EndOrder[],
  ending: ReadonlySet<string>,
): void => {
  if (ends.length === 0) return;
  const { stack, table, truth, blame, blindMs } = parts;
  const name = `${stack} "${group.id}"`;
  if (group.watch === 'destroying') return;
  if (group.watch !== 'watched') blame('watch', `${name}: an end is ordered while ${group.watch}`);
  const allowance = allowanceNow(table, group);
  const leaving = new Set(ending);
  for (const { instance, reason } of ends) {
    const what = `${name}: ${instance}, ${reason}`;
    const live = truth.members(stack, group.id).filter(({ id }) => !leaving.has(id));
    const sight = live.find(({ id }) => id === instance);
    leaving.add(instance);
    if (sight === undefined) continue;
    const ofUse = truth.isAvailable(instance) && truth.unchangedFor(instance) > blindMs;
    if (!ofUse) continue;
    const tags = sight.tags;
    const slot = tags['infrakit.logical_id'];
    const surplus =
      live.length > allowance.size ||
      (allowance.places !== undefined && slot !== undefined && !allowance.places.includes(slot));
    const outdated =
      tags['infrakit.config.hash'] !== String(group.configHash) ||
      (group.restartBefore !== undefined && sight.launchedAt < group.restartBefore + SKEW_MS);
    const named = group.destroying.some((it) => it.instance === instance);
    if (!surplus && !outdated && !named && !truth.leaving.has(instance)) blame('cause', what);
    // EC2 takes it anyway.
    if (truth.taken.has(instance)) continue;
    const others = live.filter(
      ({ id }) =>
        id !== instance &&
        (truth.isAvailable(id) || (truth.wasAvailable(id) && truth.unchangedFor(id) <= blindMs)),
    );
    if (others.length < allowance.floor)
      blame(
        'budget',
        `${what}: leaves ${others.length} of use (${others.map(({ id }) => id).join(', ')}), at least ${allowance.floor} must stay`,
      );
    checkQuorum(parts, instance, leaving, what);
  }
};

const checkQuorum = (
  { truth, blame, blindMs }: OrderWitnessParts,
  instance: string,
  leaving: ReadonlySet<string>,
  what: string,
): void => {
  const cluster = truth.clusterOf(instance);
  if (cluster === undefined || !cluster.decides) return;
  const voters = cluster.members.filter(({ votes }) => votes);
  const others = voters.filter(
    (member) =>
      !leaving.has(member.instance) &&
      (member.reachable ||
        (truth.wasAvailable(member.instance) && truth.unchangedFor(member.instance) <= blindMs)),
  );
  const majority = Math.floor(voters.length / 2) + 1;
  if (voters.length > 1 && others.length < Math.min(majority, voters.length - 1))
    blame('quorum', `${what}: leaves ${others.length} of ${voters.length} voters`);
};
