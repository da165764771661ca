import type { NodeOutput } from '../../ports/flavor.js';

const MODES = ['leader', 'follower', 'observer', 'none', 'down'] as const;

export interface Server {
  /** 1 to 254. */
  readonly id: string;
  readonly address: string;
  readonly role: 'participant' | 'observer';
}

/** What a server says of itself, and the configuration that its leader gave it; see `look.sh`. */
export interface Look {
  readonly mode: (typeof MODES)[number];
  readonly self: string;
  readonly servers: readonly Server[];
}

/** The answer of `zookeeper-look`; `undefined` when it is cut off, of another kind, or none. */
export const readLook = (output: NodeOutput | undefined): Look | undefined => {
  if (output?.exitCode !== 0) return undefined;
  const lines = output.stdout.trimEnd().split('\n');
  if (lines.pop() !== `end ${lines.length}`) return undefined;
  const [first = '', second = '', ...rest] = lines;
  const mode = MODES.find((known) => first === `mode ${known}`);
  const self = /^self ([0-9]{1,3})$/.exec(second)?.[1];
  const servers = rest.map(serverOf).filter((server) => server !== undefined);
  if (mode === undefined || self === undefined || servers.length < rest.length) return undefined;
  return { mode, self, servers };
};

const serverOf = (line: string): Server | undefined => {
  const [, id, address, role] =
    /^server ([0-9]{1,3}) ([0-9.]{7,15}) (participant|observer)$/.exec(line) ?? [];
  if (id === undefined || address === undefined) return undefined;
  return role === 'participant' || role === 'observer' ? { id, address, role } : undefined;
};

/** Follows the leader of a quorum, or is it, and so has a configuration that was committed. */
export const serves = ({ mode, servers }: Look): boolean =>
  (mode === 'leader' || mode === 'follower') && servers.length > 0;
