import { issueText } from '../core/issue.js';
import { type Path, pathText } from '../core/issue-path.js';
import type { Json } from '../core/json.js';
import type { Mistake } from '../core/schema-issues.js';
import type { FlavorRegistry } from '../ports/flavor.js';
import { examineGroup } from './parse-group.js';
import { MAX_DEPTH } from './read-text.js';

/** A group as somebody declares it in code. */
export interface DeclaredGroup {
  readonly id: string;
  readonly properties: unknown;
}

/**
 * Everything that is wrong with a group of which some values are filled in later, such as the id of a subnet that does
 * not exist yet. Such a value is taken to be right where it stands; all else is checked as in a document.
 */
export const declaredMistakes = (
  group: DeclaredGroup,
  flavors: FlavorRegistry,
  isUnknown: (value: unknown) => boolean,
): readonly string[] => {
  // A logical ID that is filled in later may be an address or a name, and all of a group's must be alike.
  const [first = [], second = []] = ORDERS.map((samples) => mistakesWith(samples, group, flavors, isUnknown));
  return first.length === 0 || second.length === 0 ? [] : first;
};

const mistakesWith = (
  samples: Samples,
  { id, properties }: DeclaredGroup,
  flavors: FlavorRegistry,
  isUnknown: (value: unknown) => boolean,
): readonly string[] => {
  const unknown: Unknown[] = [];
  const found = find(properties, isUnknown, [], unknown);
  const examine = (): readonly Mistake[] => {
    const outcome = examineGroup(id, standIn(found, unknown, samples), flavors);
    return outcome.ok
      ? []
      : [...outcome.idMistakes.map((message) => ({ path: ['ID'], message })), ...outcome.mistakes];
  };
  for (;;) {
    const mistakes = examine();
    const about = (it: Unknown) => mistakes.filter(({ path }) => isWithin(path, it.path));
    for (const it of unknown) it.always = it.always === undefined ? about(it) : inBoth(it.always, about(it));
    const doubted = unknown.filter((it) => it.tries < MOST_TRIES && about(it).length > 0);
    for (const it of doubted) it.tries += 1;
    if (doubted.length > 0) continue;
    const beside = mistakes.filter(({ path }) => !unknown.some((it) => isWithin(path, it.path)));
    return [...beside, ...unknown.flatMap(({ always = [] }) => always)].map(({ path, message }) =>
      issueText({ path: placeOf(id, path), message }),
    );
  }
};

/** A value that is filled in later, and how many samples its place has refused. */
interface Unknown {
  readonly path: Path;
  readonly number: number;
  readonly isList: boolean;
  tries: number;
  /** What was wrong with every sample, in the same words: that is not about the value. */
  always: readonly Mistake[] | undefined;
}

type Samples = (number: number) => readonly Json[];

const textOf = (number: number): string => `text-${number}`;
const addressOf = (number: number): string => `10.0.${Math.floor(number / 200)}.${(number % 200) + 10}`;
const othersOf: Samples = (number) => [
  `subnet-${number}`,
  `sg-${number}`,
  `ami-${number}`,
  `t${number}.small`,
  `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/t${number}/0`,
  `snap-${number}`,
  '1h',
  '50%',
  3,
  1,
  true,
];

/** What such a value may turn out to be: the place takes the first that its schema does. No two values are the same. */
const ORDERS: readonly [Samples, Samples] = [
  (number) => [addressOf(number), textOf(number), ...othersOf(number)],
  (number) => [textOf(number), addressOf(number), ...othersOf(number)],
];

const MOST_TRIES = othersOf(0).length + 1;

/** Members of a list of which nothing is known. */
const LIST_LENGTH = 3;

const find = (
  value: unknown,
  isUnknown: (value: unknown) => boolean,
  path: Path,
  unknown: Unknown[],
): unknown => {
  if (isUnknown(value)) {
    const place = {
      path,
      number: unknown.length * LIST_LENGTH,
      isList: Array.isArray(value),
      tries: 0,
      always: undefined,
    };
    unknown.push(place);
    return place;
  }
  if (path.length > MAX_DEPTH) return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => find(item, isUnknown, [...path, index], unknown));
  }
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, find(item, isUnknown, [...path, key], unknown)]),
  );
};

const standIn = (value: unknown, unknown: readonly Unknown[], samples: Samples): unknown => {
  const place = unknown.find((it) => it === value);
  if (place !== undefined) {
    const one = (offset: number) => samples(place.number + offset)[place.tries] ?? null;
    return place.isList ? Array.from({ length: LIST_LENGTH }, (_, offset) => one(offset)) : one(0);
  }
  if (Array.isArray(value)) return value.map((item) => standIn(item, unknown, samples));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, standIn(item, unknown, samples)]),
  );
};

/** Other objects, such as constructs, are no part of a document and may refer to themselves. */
const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);

const inBoth = (some: readonly Mistake[], others: readonly Mistake[]): readonly Mistake[] =>
  some.filter((it) =>
    others.some((other) => other.message === it.message && pathText(other.path) === pathText(it.path)),
  );

const isWithin = (path: Path, place: Path): boolean => place.every((part, index) => path[index] === part);

/** As in the documents' main form, so that a mistake reads alike wherever it is told. */
const placeOf = (id: string, path: Path): string =>
  path[0] === 'ID' ? pathText(['groups', id]) : pathText(['groups', id, 'Properties', ...path]);
