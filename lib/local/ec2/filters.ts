import type { Filter } from '@aws-sdk/client-ec2';
import { invalidValue, refusal } from './errors.js';

/** Texts of a thing that a filter looks at; several for lists such as security groups. */
export type Facet<Thing> = (thing: Thing) => readonly string[];

/** The filters of an operation by name. `tag:KEY` and `tag-key` come with `tags`. */
export interface FilterFacets<Thing> {
  readonly by: Readonly<Record<string, Facet<Thing>>>;
  readonly tags?: (thing: Thing) => Readonly<Record<string, string>>;
}

/** EC2 User Guide, "Filter the resources": at most 50 filters and 200 values in a request. */
const MOST_FILTERS = 50;
const MOST_VALUES = 200;

/**
 * Turns a request's filters into one predicate: filters are joined by and, a filter's values by or. `*` stands for
 * any text and `?` for one character, `\` takes their meaning away; values are case-sensitive. Filters that the real
 * operation has and this one lacks are refused like unknown ones, so that nobody relies on imaginary behaviour.
 */
export function matching<Thing>(
  filters: readonly Filter[] | undefined,
  facets: FilterFacets<Thing>,
): (thing: Thing) => boolean {
  if (!filters || filters.length === 0) return () => true;
  if (filters.length > MOST_FILTERS) throw tooMany(`${filters.length} filters`);
  const tests = filters.map((filter) => {
    const name = filter.Name ?? '';
    const values = filter.Values ?? [];
    if (values.length > MOST_VALUES) throw tooMany(`${values.length} values of "${name}"`);
    if (values.length === 0)
      throw refusal('InvalidParameterValue', `The filter '${name}' must have at least one value`);
    const texts = facetOf(name, facets);
    const fits = anyOf(values);
    return (thing: Thing) => texts(thing).some(fits);
  });
  return (thing) => tests.every((test) => test(thing));
}

const tooMany = (what: string) =>
  refusal('FilterLimitExceeded', `The request uses too many filters or too many filter values: ${what}`);

function facetOf<Thing>(name: string, { by, tags }: FilterFacets<Thing>): Facet<Thing> {
  const facet = Object.hasOwn(by, name) ? by[name] : undefined;
  if (facet) return facet;
  if (tags && name === 'tag-key') return (thing) => Object.keys(tags(thing));
  if (tags && name.startsWith('tag:') && name.length > 4) {
    const key = name.slice(4);
    return (thing) => {
      const value = tags(thing)[key];
      return value === undefined ? [] : [value];
    };
  }
  throw invalidValue('filter name', name, `The filter '${name}' is invalid`);
}

const HAS_WILDCARD = /[*?\\]/;

function anyOf(values: readonly string[]): (text: string) => boolean {
  const exact = new Set(values.filter((value) => !HAS_WILDCARD.test(value)));
  const patterns = values.filter((value) => HAS_WILDCARD.test(value)).map(pattern);
  return (text) => exact.has(text) || patterns.some((candidate) => candidate.test(text));
}

const pattern = (value: string): RegExp => {
  const source = value.replace(/\\(.)|([*?])|([^*?\\]+)|\\/gs, (whole, escaped, wildcard, plain) => {
    if (wildcard) return wildcard === '*' ? '.*' : '.';
    return literal(escaped ?? plain ?? whole);
  });
  return new RegExp(`^${source}$`, 's');
};

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** The values of a filter when each is exact, so that an index can serve it. */
export const exactValues = (
  filters: readonly Filter[] | undefined,
  name: string,
): readonly string[] | undefined => {
  const filter = filters?.find((candidate) => candidate.Name === name);
  const values = filter?.Values ?? [];
  return filter && values.every((value) => !HAS_WILDCARD.test(value)) ? values : undefined;
};
