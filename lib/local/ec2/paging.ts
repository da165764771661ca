import type { PageSizes } from './context.js';
import { invalidValue, refusal } from './errors.js';

export interface Page<Thing> {
  readonly things: readonly Thing[];
  readonly next?: string;
}

export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const encode = (after: number) => Buffer.from(`after:${after}`).toString('base64url');

const decode = (token: string): number => {
  const [, digits] = /^after:(-?\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (digits === undefined) throw refusal('InvalidNextToken', `The token '${token}' is invalid`);
  return Number(digits);
};

/** The position of the last thing of the page before this one; -1 for the first page. */
export const positionBefore = ({ NextToken: token }: PageRequest): number =>
  token === undefined ? -1 : decode(token);

/** EC2 API Reference, DescribeInstances: MaxResults is between 5 and 1000. */
const LEAST = 5;
const MOST = 1_000;

/**
 * Cuts one page out of things in ascending order of `position`. Pages are read one by one, as in EC2: what changes
 * between two of them may be seen in part.
 * @param empty answers with no things and a token that leads to the page that was asked for.
 */
export function page<Thing>(
  things: Iterable<Thing>,
  position: (thing: Thing) => number,
  matches: (thing: Thing) => boolean,
  request: PageRequest,
  sizes: PageSizes,
  empty: boolean,
): Page<Thing> {
  const { MaxResults: asked } = request;
  if (asked !== undefined && (asked < LEAST || asked > MOST)) {
    throw invalidValue('maxResults', asked, `Expecting a value from ${LEAST} to ${MOST}.`);
  }
  const after = positionBefore(request);
  if (empty) return { things: [], next: encode(after) };
  const size = Math.min(asked ?? sizes.byDefault, sizes.atMost);
  const found: Thing[] = [];
  for (const thing of things) {
    if (position(thing) <= after || !matches(thing)) continue;
    if (found.length === size) {
      const last = found.at(-1);
      return { things: found, ...(last === undefined ? {} : { next: encode(position(last)) }) };
    }
    found.push(thing);
  }
  return { things: found };
}

/** A whole answer without pages. */
export const unpaged = <Thing>(
  things: Iterable<Thing>,
  matches: (thing: Thing) => boolean,
): readonly Thing[] => [...things].filter(matches);
