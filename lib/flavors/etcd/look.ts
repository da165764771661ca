import type { NodeOutput } from '../../ports/flavor.js';
import { CANNOT_SAY, QUORUM_LOST } from '../node/boot-script.js';

const STATES = ['leader', 'follower', 'unstarted', 'unreachable'] as const;

/** A line of a member's list. Ids are hexadecimal text: 64 bits do not fit a JavaScript number. */
export interface Listed {
  readonly id: string;
  readonly address: string | undefined;
  readonly votes: boolean;
  readonly state: (typeof STATES)[number];
}

/** What a member says of itself and of the others; see `look.sh`. */
export interface Look {
  readonly self: string;
  /** It has just read through a quorum. */
  readonly reads: boolean;
  /** Why it has not. */
  readonly reason: string;
  readonly members: readonly Listed[];
}

/** What came back from one node. */
export type Answer =
  | { readonly kind: 'look'; readonly look: Look }
  /** It runs, and as far as it sees there is no quorum. */
  | { readonly kind: 'lost'; readonly look: Look | undefined; readonly reason: string }
  /** No cluster was founded yet. */
  | { readonly kind: 'unfounded'; readonly reason: string }
  | { readonly kind: 'cannot-say'; readonly reason: string };

/** @returns `undefined` for what is cut off or makes no sense. */
export const answerOf = ({ exitCode, stdout, stderr }: NodeOutput): Answer | undefined => {
  const lines = completeLines(stdout);
  if (exitCode === CANNOT_SAY)
    return { kind: lines?.[0] === 'unfounded' ? 'unfounded' : 'cannot-say', reason: lastWords(stderr) };
  const look = lines === undefined ? undefined : lookOf(lines);
  if (exitCode === QUORUM_LOST)
    return look?.reads ? undefined : { kind: 'lost', look, reason: lastWords(stderr) };
  return exitCode === 0 && look !== undefined ? { kind: 'look', look } : undefined;
};

const lastWords = (stderr: string): string =>
  (stderr.trim().split('\n').at(-1) ?? '').replace(/^holdfast: /, '').slice(0, 200) || 'it cannot say';

const completeLines = (stdout: string): readonly string[] | undefined => {
  const lines = stdout.trimEnd().split('\n');
  return lines.pop() === `end ${lines.length}` ? lines : undefined;
};

const lookOf = ([first = '', second = '', ...rest]: readonly string[]): Look | undefined => {
  const self = /^self ([0-9a-f]{1,16})$/.exec(first)?.[1];
  const [, health, reason = ''] = /^health (true|false)(?: (.*))?$/.exec(second) ?? [];
  const members = rest.flatMap((line) => listedOf(line) ?? []);
  if (self === undefined || health === undefined || members.length < rest.length) return undefined;
  return { self, reads: health === 'true', reason, members };
};

const listedOf = (line: string): Listed | undefined => {
  const [, id, address, role, word] =
    /^member ([0-9a-f]{1,16}) ([0-9.]{7,15}|-) (voter|learner) ([a-z]+)$/.exec(line) ?? [];
  const state = STATES.find((known) => known === word);
  if (id === undefined || state === undefined) return undefined;
  return { id, address: address === '-' ? undefined : address, votes: role === 'voter', state };
};
