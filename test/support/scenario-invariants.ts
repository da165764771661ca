import { expect } from 'vitest';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { groupId } from '../../lib/core/ids.js';
import { isHeld, isRolling } from '../../lib/core/rollout.js';
import type { BookEntry } from '../../lib/local/ec2/index.js';
import type { Plane, World } from './world.js';

/** What a scenario does on purpose against the invariants. */
export interface Exceptions {
  /** Messages were given up on purpose. */
  readonly deadLetters?: boolean;
  /** Groups with more live instances than declared on purpose, such as under an unlimited lag. */
  readonly ceilings?: boolean;
  /** The other control plane replaces its own instances. */
  readonly neighboursRoll?: boolean;
}

interface Declared {
  readonly at: number;
  readonly ceiling: number;
}

/** Checks, after everything has come to rest, what must hold whatever happened. EC2's own books are the witness. */
export async function checkInvariants(world: World, exceptions: Exceptions = {}): Promise<void> {
  world.faults.clear();
  world.interruptions.clear();
  await world.advance(20);
  const planes = [world.plane, ...(world.neighbours ? [world.neighbours.plane] : [])];
  for (const plane of planes) if (await holdsLease(plane)) await world.advance(200);
  expect(world.denials, 'calls that the synthesized policies deny').toEqual([]);
  for (const plane of planes) {
    for (const { id, lease } of await plane.store.list()) {
      expect(lease, `the lease of "${id}" after everything is at rest`).toBeUndefined();
    }
    if (!exceptions.deadLetters) {
      for (const name of plane.deadLetters) {
        expect(world.cloud.sqs.find(name).counts(), `dead letters in ${name}`).toMatchObject({
          visible: 0,
          inFlight: 0,
        });
      }
    }
    await checkGroups(world, plane, exceptions);
  }
  checkTokens(world);
  checkNeighbours(world, exceptions);
}

const holdsLease = async (plane: Plane): Promise<boolean> =>
  (await plane.store.list()).some(({ lease }) => lease !== undefined);

async function checkGroups(world: World, plane: Plane, exceptions: Exceptions): Promise<void> {
  const owned = world.books
    .all()
    .filter(({ tagsAtLaunch }) => tagsAtLaunch['holdfast.stack'] === plane.stack)
    // A stranger that somebody else launched with our tags is no business of ours.
    .filter(({ foreign }) => !foreign);
  const byGroup = groupBy(owned, ({ tagsAtLaunch }) => tagsAtLaunch['infrakit.group'] ?? '');
  for (const [id, entries] of byGroup) {
    const group = await plane.store.read(groupId(id));
    if (group === undefined) continue;
    if (!exceptions.ceilings) checkCeiling(id, entries, await ceilings(plane, id));
    checkSlots(id, entries);
    const records = new Set((await plane.store.instances(group.id)).map((record) => String(record.id)));
    const tokens = new Set(
      [...group.closedTokens.map(({ token }) => token), ...group.orders.map((order) => order.id)].map(String),
    );
    if (group.watch === 'watched' || group.watch === 'destroying') {
      for (const { id: instance, token } of entries.filter(isLive)) {
        const known = records.has(instance) || (token !== undefined && tokens.has(token));
        expect(known, `${instance} of "${id}" lives and is on record`).toBe(true);
      }
    }
    await checkRollouts(plane, group);
    const events = await plane.store.events(group.id, { limit: 1000, now: world.now() });
    for (const event of events) expect(event.reason, `the reason of ${event.event}`).not.toBe('');
  }
}

const isLive = ({ state }: BookEntry): boolean => state !== 'terminated' && state !== 'shutting-down';

/** Every rollout came to an end or is held, and says why; while one is under way, its machine is expected. */
async function checkRollouts(plane: Plane, { id, rollout }: GroupRecord): Promise<void> {
  const over = await plane.store.rollouts(id, 100);
  for (const { number, status, reason, endedAt } of over) {
    expect(endedAt, `the end of rollout ${number} of "${id}", which is ${status}`).toBeDefined();
    expect(reason, `the reason of rollout ${number} of "${id}"`).not.toBe('');
  }
  if (rollout === undefined) return;
  expect(rollout.reason, `the reason of the rollout of "${id}"`).not.toBe('');
  const { number, execution } = rollout;
  if (isRolling(rollout)) expect(execution, `executions of the rollout of "${id}"`).toBeGreaterThan(0);
  else if (!isHeld(rollout))
    expect(
      over.map((other) => other.number),
      `rollouts of "${id}" on record`,
    ).toContain(number);
}

/** How many may live at once, from when: the declared size, one more with LaunchFirst, and the surge of a rollout. */
async function ceilings(plane: Plane, id: string): Promise<readonly Declared[]> {
  const group = await plane.store.read(groupId(id));
  const declared: Declared[] = [];
  for (const { specHash, at } of [...(group?.history ?? [])].reverse()) {
    const spec = Object(await plane.store.spec(groupId(id), specHash));
    const { Allocation, Repair, Updating } = Object(spec.properties);
    const size = Allocation?.Size ?? Allocation?.LogicalIDs?.length ?? 0;
    const surge = Math.max(surgeOf(Updating?.MaxSurge, size), Repair?.LaunchFirst ? 1 : 0);
    declared.push({ at, ceiling: size + surge });
  }
  return declared;
}

/** Rounded up, as the protocol has it (rule 24). */
const surgeOf = (amount: unknown, size: number): number =>
  typeof amount === 'string' ? Math.ceil((Number.parseFloat(amount) * size) / 100) : Number(amount ?? 0);

/** No launch brings a group above what was declared at that moment. */
function checkCeiling(id: string, entries: readonly BookEntry[], declared: readonly Declared[]): void {
  for (const launch of entries) {
    const ceiling = declared.filter(({ at }) => at <= launch.launchedAt).at(-1)?.ceiling;
    if (ceiling === undefined) continue;
    const alive = entries.filter(
      ({ launchedAt, endedAt }) =>
        launchedAt <= launch.launchedAt && (endedAt === undefined || endedAt > launch.launchedAt),
    );
    expect(alive.length, `live instances of "${id}" at the launch of ${launch.id}`).toBeLessThanOrEqual(
      ceiling,
    );
  }
}

/** A pet's place is free only when its instance is terminated. */
function checkSlots(id: string, entries: readonly BookEntry[]): void {
  const bySlot = groupBy(entries, ({ tagsAtLaunch }) => tagsAtLaunch['infrakit.logical_id']);
  for (const [slot, holders] of bySlot) {
    if (slot === undefined) continue;
    const ordered = [...holders].sort((a, b) => a.launchedAt - b.launchedAt);
    for (const [index, holder] of ordered.entries()) {
      const next = ordered[index + 1];
      if (next === undefined) continue;
      expect(
        holder.terminatedAt ?? Number.POSITIVE_INFINITY,
        `the end of ${holder.id}, before ${next.id} takes ${slot} of "${id}"`,
      ).toBeLessThanOrEqual(next.launchedAt);
    }
  }
}

/** The same client token is always sent with the same bytes. */
function checkTokens(world: World): void {
  const sent = new Map<string, string>();
  for (const { operation, input } of world.seen) {
    if (operation !== 'RunInstances') continue;
    const token: unknown = Object(input).ClientToken;
    if (typeof token !== 'string') continue;
    const bytes = JSON.stringify(input);
    expect(sent.get(token) ?? bytes, `what was sent with token ${token}`).toBe(bytes);
    sent.set(token, bytes);
  }
}

function checkNeighbours(world: World, { neighboursRoll = false }: Exceptions): void {
  if (!world.neighbours) return;
  for (const { id, tags } of [...world.neighbours.instances, ...world.neighbours.infrakitInstances]) {
    if (neighboursRoll && tags['holdfast.stack'] === world.neighbours.plane.stack) continue;
    expect(world.cloud.ec2.instance(id), `neighbour ${id}`).toMatchObject({ state: 'running', tags });
    expect(world.cloud.ec2.instance(id)?.tags).toEqual(tags);
  }
}

/** `Map.groupBy`, which Node 20 has not. */
function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
