import { GROUP_TAG } from '../../lib/core/tags.js';
import type { BookEntry } from '../../lib/local/ec2/books.js';
import { DEFAULT_TIMING } from '../../lib/local/ec2/world.js';
import type { LocalCloud } from '../../lib/local/local-cloud.js';

/** What was done to an instance, as the cloud knows it. */
export type Loss = 'ended' | 'impaired' | 'interrupted';

/** A time in which a group was not exactly what was declared. */
export interface Spell {
  readonly group: string;
  readonly from: number;
  readonly ms: number;
  /** What happened to its instances before and meanwhile. */
  readonly losses: readonly Loss[];
}

/** Knows from the cloud's own books, never from the ledger, which groups are whole. */
export interface GroupWatch {
  readonly spells: Spell[];
  /** Told before an instance is impaired or interrupted: the books do not say. */
  expect(instance: string, loss: Exclude<Loss, 'ended'>): void;
  /** How many groups are not whole now. */
  divergent(): number;
  /** One of the running instances that nothing was done to, by luck in [0, 1). */
  choose(luck: number): string | undefined;
  /** Those that run in a zone. */
  soundIn(zone: string): readonly string[];
}

interface Watched {
  /** Pending, running or stopped, but for those that EC2 has announced to take. */
  readonly live: Set<string>;
  /** Running, with passed status checks. */
  readonly whole: Set<string>;
  divergentSince: number | undefined;
  losses: Loss[];
}

/** A group is whole while it has exactly `size` instances and all of them run and have passed their status checks. */
export const watchGroups = (
  { clock, ec2 }: Pick<LocalCloud, 'clock' | 'ec2'>,
  groups: readonly string[],
  size: number,
): GroupWatch => {
  const spells: Spell[] = [];
  const sound = luckyList();
  let divergent = groups.length;
  const watched = new Map<string, Watched>(
    groups.map((id) => [id, { live: new Set(), whole: new Set(), divergentSince: clock.now(), losses: [] }]),
  );
  const groupOf = (entry: BookEntry): string => entry.tagsAtLaunch[GROUP_TAG] ?? '';
  const settle = (group: string, one: Watched): void => {
    const whole = one.live.size === size && one.whole.size === size;
    const now = clock.now();
    if (!whole) {
      if (one.divergentSince === undefined) divergent += 1;
      one.divergentSince ??= now;
    } else if (one.divergentSince !== undefined) {
      spells.push({ group, from: one.divergentSince, ms: now - one.divergentSince, losses: one.losses });
      one.divergentSince = undefined;
      divergent -= 1;
      one.losses = [];
    }
  };
  const passed = (id: string, group: string, one: Watched) => {
    const instance = ec2.instance(id);
    if (instance?.state !== 'running' || instance.checks.instance !== 'ok') return;
    one.whole.add(id);
    sound.add(id);
    settle(group, one);
  };
  ec2.books.onChange((entry, before) => {
    if (entry.state === before?.state) return;
    const group = groupOf(entry);
    const one = watched.get(group);
    if (one === undefined) return;
    if (entry.state === 'pending') one.live.add(entry.id);
    else if (entry.state === 'running') {
      clock.at(clock.now() + DEFAULT_TIMING.checksMs + 1, () => passed(entry.id, group, one));
    } else {
      if (sound.delete(entry.id)) one.losses.push('ended');
      one.whole.delete(entry.id);
      one.live.delete(entry.id);
    }
    settle(group, one);
  });
  return {
    spells,
    expect: (instance, loss) => {
      const entry = ec2.books.get(instance);
      const one = entry && watched.get(groupOf(entry));
      if (entry === undefined || one === undefined) return;
      sound.delete(instance);
      one.losses.push(loss);
      one.whole.delete(instance);
      if (loss === 'interrupted') one.live.delete(instance);
      settle(groupOf(entry), one);
    },
    divergent: () => divergent,
    choose: sound.choose,
    soundIn: (zone) => sound.all().filter((id) => ec2.books.get(id)?.zone === zone),
  };
};

/** A set of which any member can be chosen at once. */
const luckyList = () => {
  const list: string[] = [];
  const places = new Map<string, number>();
  return {
    all: (): readonly string[] => list,
    choose: (luck: number): string | undefined => list[Math.floor(luck * list.length)],
    add: (id: string): void => {
      if (!places.has(id)) places.set(id, list.push(id) - 1);
    },
    /** @returns whether it was there. */
    delete: (id: string): boolean => {
      const place = places.get(id);
      if (place === undefined) return false;
      places.delete(id);
      const last = list.pop();
      if (last !== undefined && last !== id) {
        list[place] = last;
        places.set(last, place);
      }
      return true;
    },
  };
};
