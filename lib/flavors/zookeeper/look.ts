import type { NodeOutput } from '../../ports/flavor.js';

const MODES = ['leader', 'follower', 'observer', 'none', 'down'] as const;

export type Mode = (typeof MODES)[number];

const modeOf = (word: string | undefined): Mode | undefined => MODES.find((known) => known === word);

export interface Server {
  /** 1 to 254. */
  readonly id: string;
  readonly address: string;
  readonly role: 'participant' | 'observer';
  /** How it serves, asked by the one that looks; absent when it was not asked. */
  readonly mode?: Mode;
}

/** What a server says of itself, and the configuration that its leader gave it; see `look.sh`. */
export interface Look {
  readonly mode: Mode;
  readonly self: string;
  readonly servers: readonly Server[];
}

/** The answer of `zookeeper-look`; `undefined` when it is cut off, of another kind, or none. */
export const readLook = (output: NodeOutput | undefined): Look | undefined => {
  if (output?.exitCode !== 0) return undefined;
  const lines = output.stdout.trimEnd().split('\n');
  if (lines.pop() !== `end ${lines.length}`) return undefined;
  const [first = '', second = '', ...rest] = lines;
  const mode = modeOf(/^mode ([a-z]+)$/.exec(first)?.[1]);
  const self = /^self ([0-9]{1,3})$/.exec(second)?.[1];
  const servers = rest.map(serverOf).filter((server) => server !== undefined);
  if (mode === undefined || self === undefined || servers.length < rest.length) return undefined;
  return { mode, self, servers };
};

const serverOf = (line: string): Server | undefined => {
  const [, id, address, role, word] = SERVER.exec(line) ?? [];
  const mode = modeOf(word);
  if (id === undefined || address === undefined || (word !== undefined && mode === undefined))
    return undefined;
  if (role !== 'participant' && role !== 'observer') return undefined;
  return { id, address, role, ...(mode === undefined ? {} : { mode }) };
};

const SERVER = /^server ([0-9]{1,3}) ([0-9.]{7,15}) (participant|observer)(?: ([a-z]+))?$/;

export const isServing = (mode: Mode | undefined): mode is 'leader' | 'follower' =>
  mode === 'leader' || mode === 'follower';

/** Follows the leader of a quorum, or is it, and so has a configuration that was committed. */
export const serves = ({ mode, servers }: Look): boolean => isServing(mode) && servers.length > 0;
