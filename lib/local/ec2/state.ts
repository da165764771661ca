import type { Instant } from '../../core/ids.js';
import { OLDEST_READ_MS } from '../fault-rule.js';
import { type Addresses, newAddresses } from './addresses.js';
import { type InstanceItem, type InstanceVersion, type LaunchFacts, truth } from './instance-item.js';
import { orderedIndex } from './launch-order.js';

/** All instances that EC2 describes, with indexes that keep large fleets quick. */
export interface InstanceTable {
  /** In the order of launches. */
  all(): Iterable<InstanceItem>;
  get(id: string): InstanceItem | undefined;
  /** Those that ever had this tag, in the order of launches. */
  everTagged(key: string, value: string): readonly InstanceItem[];
  /** In the order of launches. */
  launchedBy(token: string): readonly InstanceItem[];
  add(facts: LaunchFacts, first: InstanceVersion): InstanceItem;
  /** Adds a version; a change of state raises the epoch. */
  change(item: InstanceItem, now: Instant, change: Partial<InstanceVersion>): void;
  releaseAddress(item: InstanceItem): void;
  forget(item: InstanceItem): void;
  restore(items: readonly InstanceItem[]): void;
}

export type Ec2State = InstanceTable & { readonly addresses: Addresses };

export function newState(): Ec2State {
  const items = new Map<string, InstanceItem>();
  const tagged = orderedIndex();
  const byToken = orderedIndex();
  const indexedUnder = new Map<InstanceItem, Set<string>>();
  const addresses = newAddresses();

  const tagKey = (key: string, value: string) => `${key}\n${value}`;
  const indexTags = (item: InstanceItem, tags: Readonly<Record<string, string>>) => {
    const keys = indexedUnder.get(item) ?? new Set();
    indexedUnder.set(item, keys);
    for (const [key, value] of Object.entries(tags)) {
      keys.add(tagKey(key, value));
      tagged.put(tagKey(key, value), item);
    }
  };
  const insert = (item: InstanceItem) => {
    const { facts } = item;
    items.set(facts.id, item);
    for (const version of item.versions) indexTags(item, version.tags);
    if (facts.token !== undefined) byToken.put(facts.token, item);
    if (item.holdsAddress) addresses.take(facts.subnet, facts.privateIp);
  };

  return {
    addresses,
    all: () => items.values(),
    get: (id) => items.get(id),
    everTagged: (key, value) => tagged.of(tagKey(key, value)),
    launchedBy: (token) => byToken.of(token),
    add: (facts, first) => {
      const item: InstanceItem = { facts, versions: [first], holdsAddress: true, epoch: 0 };
      insert(item);
      return item;
    },
    change: (item, now, change) => {
      const before = truth(item);
      if (change.state !== undefined && change.state !== before.state) item.epoch += 1;
      const after: InstanceVersion = { ...before, ...change, since: now };
      if (change.tags) indexTags(item, after.tags);
      item.versions.push(after);
      const oldest = now - OLDEST_READ_MS;
      while (item.versions.length > 1 && (item.versions[1]?.since ?? now) < oldest) item.versions.shift();
    },
    releaseAddress: (item) => {
      if (!item.holdsAddress) return;
      item.holdsAddress = false;
      addresses.release(item.facts.subnet, item.facts.privateIp);
    },
    forget: (item) => {
      items.delete(item.facts.id);
      if (item.facts.token !== undefined) byToken.drop(item.facts.token, item);
      for (const key of indexedUnder.get(item) ?? []) tagged.drop(key, item);
      indexedUnder.delete(item);
    },
    restore: (kept) => {
      for (const item of kept) insert(item);
    },
  };
}
