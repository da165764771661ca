import { TABLE_KEYS } from '../../core/deployment.js';
import { frozenCopy } from '../frozen-copy.js';
import { type Fields, InvalidRequestError } from './expressions.js';

/** The table's own keys, and those of its indexes by their names. */
const KEYS = {
  table: [TABLE_KEYS.partition, TABLE_KEYS.sort],
  [TABLE_KEYS.listIndex]: [TABLE_KEYS.listShard, TABLE_KEYS.listId],
  [TABLE_KEYS.instanceIndex]: [TABLE_KEYS.instanceId],
} as const;

export type IndexName = keyof typeof KEYS;

export const isIndex = (name: string): name is IndexName => name in KEYS;

/** Attributes that say where in an index, or in the table, a reader is. */
export const positionOf = (item: Fields, index: IndexName): Fields =>
  Object.fromEntries([...KEYS.table, ...KEYS[index]].map((name) => [name, item[name]]));

/** By the sort key, and what is equal there by the item's own key. */
export const comparing =
  (index: IndexName) =>
  (one: Fields, other: Fields): number => {
    const names = [...KEYS[index], ...KEYS.table];
    const differing = names.find((name) => one[name] !== other[name]);
    if (differing === undefined) return 0;
    return String(one[differing]) < String(other[differing]) ? -1 : 1;
  };

/** Items of one table and its indexes. What is read is frozen, so nobody can change what is stored. */
export class ItemMap {
  /** By the value of the partition key, then by the item's own key. */
  readonly #partitions = new Map<string, Map<string, Fields>>();

  get(key: Fields): Fields | undefined {
    return this.#partition('table', key).get(keyOf(key));
  }

  put(given: Fields): Fields {
    const item = frozenCopy(given);
    this.delete(item);
    for (const index of indexesOf(item)) this.#partition(index, item).set(keyOf(item), item);
    return item;
  }

  delete(key: Fields): void {
    const before = this.get(key);
    if (before === undefined) return;
    for (const index of indexesOf(before)) this.#partition(index, before).delete(keyOf(before));
  }

  all(): readonly Fields[] {
    const tables = [...this.#partitions].filter(([name]) => name.startsWith('table '));
    return tables.flatMap(([, items]) => [...items.values()]);
  }

  partition(index: IndexName, value: unknown): readonly Fields[] {
    return [...(this.#partitions.get(`${index} ${value}`)?.values() ?? [])];
  }

  #partition(index: IndexName, item: Fields): Map<string, Fields> {
    const name = `${index} ${item[KEYS[index][0]]}`;
    const present = this.#partitions.get(name);
    if (present) return present;
    const made = new Map<string, Fields>();
    this.#partitions.set(name, made);
    return made;
  }
}

function keyOf(item: Fields): string {
  const values = KEYS.table.map((name) => item[name]);
  if (values.every((value) => typeof value === 'string' && value !== '')) return JSON.stringify(values);
  throw new InvalidRequestError(
    `The key ${JSON.stringify(values)} has to be two strings with something in them`,
  );
}

const indexesOf = (item: Fields): readonly IndexName[] =>
  Object.keys(KEYS)
    .filter(isIndex)
    .filter((index) => KEYS[index].every((name) => item[name] !== undefined));
