import type { Instant } from '../../core/ids.js';

/** Who leads members that decide by majority. Plain JSON. */
export type Leadership =
  | { readonly kind: 'leads'; readonly leader: string; readonly since: Instant }
  /** A majority is there and has agreed by `until`. */
  | { readonly kind: 'electing'; readonly since: Instant; readonly until: Instant }
  /** Fewer than a majority are there. */
  | { readonly kind: 'lost'; readonly since: Instant };

export interface Voter {
  readonly name: string;
  readonly reachable: boolean;
}

/** How long a software takes, in milliseconds. */
export interface ElectionTimes {
  /** From the loss of the leader until the next leads. */
  readonly electionMs: number;
  /** From the return of a majority until one leads. */
  readonly returnMs: number;
  /** Which of those that are there: by name, or the one that has been a member for longest. @default longest */
  readonly wins?: 'highest' | 'longest';
}

/**
 * What becomes of the leadership with these voters, in the order in which they joined. To be asked at every change of
 * who is reachable, so that times count from the change; at other times it is right whenever it is asked.
 */
export const leadershipAt = (
  before: Leadership,
  voters: readonly Voter[],
  now: Instant,
  times: ElectionTimes,
): Leadership => {
  const here = voters.filter(({ reachable }) => reachable).map(({ name }) => name);
  if (here.length < majorityOf(voters.length))
    return before.kind === 'lost' ? before : { kind: 'lost', since: now };
  if (before.kind === 'lost') return elect({ since: now, until: now + times.returnMs }, here, now, times);
  if (before.kind === 'leads') {
    if (here.includes(before.leader)) return before;
    return elect({ since: now, until: now + times.electionMs }, here, now, times);
  }
  return elect(before, here, now, times);
};

/** Of so many voters. */
export const majorityOf = (voters: number): number => Math.floor(voters / 2) + 1;

const elect = (
  { since, until }: { readonly since: Instant; readonly until: Instant },
  here: readonly string[],
  now: Instant,
  { wins }: ElectionTimes,
): Leadership => {
  const leader = wins === 'highest' ? [...here].sort().at(-1) : here[0];
  return now < until || leader === undefined
    ? { kind: 'electing', since, until }
    : { kind: 'leads', leader, since: until };
};
