import { stringify } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../../lib/core/json.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import { BOMBS, HOSTILE_NAMES, HOSTILE_TEXT, HOSTILE_VALUES } from './hostile.js';

export interface Dice {
  below(limit: number): number;
  of<T>(items: readonly T[]): T;
}

export const diceOf = (seed: number): Dice => {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random.fraction() * limit);
  return {
    below,
    of: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to choose from');
      return item;
    },
  };
};

/** The value with one place in it changed: replaced, renamed, removed, doubled, or put in a list. */
export const mutatedValue = (value: Json, dice: Dice): Json => {
  if (dice.below(6) > 0) {
    if (Array.isArray(value) && value.length > 0) {
      const at = dice.below(value.length);
      return value.map((item: Json, index) => (index === at ? mutatedValue(item, dice) : item));
    }
    if (isJsonObject(value) && Object.keys(value).length > 0) return mutatedObject(value, dice);
  }
  switch (dice.below(4)) {
    case 0:
      return [value, value];
    case 1:
      return isJsonObject(value) ? withKey(value, dice.of(HOSTILE_NAMES), dice.of(HOSTILE_VALUES)) : value;
    default:
      return dice.of(HOSTILE_VALUES);
  }
};

const mutatedObject = (value: JsonObject, dice: Dice): Json => {
  const key = dice.of(Object.keys(value));
  const inner = value[key] ?? null;
  switch (dice.below(8)) {
    case 0:
      return Object.fromEntries(Object.entries(value).filter(([each]) => each !== key));
    case 1:
      return withKey(value, dice.of([...HOSTILE_NAMES, `${key}s`, key.toLowerCase()]), inner);
    default:
      return withKey(value, key, mutatedValue(inner, dice));
  }
};

/** `__proto__` too becomes a key of its own. */
const withKey = (value: JsonObject, key: string, inner: Json): JsonObject =>
  Object.fromEntries([...Object.entries(value).filter(([each]) => each !== key), [key, inner]]);

export const mutatedText = (text: string, dice: Dice): string => {
  const at = dice.below(text.length + 1);
  switch (dice.below(5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return `${text.slice(0, at)}${text.slice(at, at + 200).repeat(dice.below(4))}${text.slice(at)}`;
    case 2:
      return `${text.slice(0, at)}${text.slice(at + dice.below(20))}`;
    default:
      return `${text.slice(0, at)}${dice.of(HOSTILE_TEXT)}${text.slice(at + dice.below(3))}`;
  }
};

const times = <T>(count: number, start: T, change: (value: T) => T): T => {
  let value = start;
  for (let done = 0; done < count; done += 1) value = change(value);
  return value;
};

/** One text for the parser and the S3 entry: what bytes it is, whatever a reader makes of them. */
export const hostileBytes = (from: readonly { text: string; value: Json }[], dice: Dice): Buffer => {
  const start = dice.of(from);
  const kind = dice.below(1_000);
  if (kind < 2) return Buffer.from(dice.of(BOMBS));
  if (kind < 60) return Buffer.from(Array.from({ length: dice.below(400) }, () => dice.below(256)));
  if (kind < 450) return Buffer.from(times(1 + dice.below(4), start.text, (text) => mutatedText(text, dice)));
  if (kind < 500) {
    const bytes = Buffer.from(start.text);
    for (let done = 0; done < 4; done += 1) bytes[dice.below(bytes.length)] = dice.below(256);
    return bytes;
  }
  const value = times(1 + dice.below(3), start.value, (each) => mutatedValue(each, dice));
  return Buffer.from(kind < 900 || isDeep(value) ? JSON.stringify(value) : stringify(value));
};

/** The writer of YAML recurses; its depth is not what is tested. */
const isDeep = (value: Json): boolean => JSON.stringify(value).includes('[{"a":[{"a":[{"a":[{"a":');
