import type { NodeOutput } from '../../ports/flavor.js';

export interface KubernetesNode {
  readonly name: string;
  /** The instance that its label names. */
  readonly instance?: string;
  readonly role: 'control-plane' | 'worker';
  /** Its condition `Ready`, as the node controller sees it. */
  readonly state: 'Ready' | 'NotReady' | 'Unknown';
  readonly cordoned: boolean;
}

export interface EtcdMember {
  /** In hexadecimal. */
  readonly id: string;
  readonly address: string;
  readonly votes: boolean;
  /** The node that it runs on; absent as long as it was never started. */
  readonly node?: string;
  /** Absent when nobody has asked it. */
  readonly state?: 'leader' | 'follower' | 'unreachable';
}

/** The answer of `kubernetes-look`; see `look.sh`. */
export interface KubernetesLook {
  readonly nodes: readonly KubernetesNode[];
  readonly members: readonly EtcdMember[];
}

/** `undefined` for what is cut off, of another kind, or none. */
export const readLook = (output: NodeOutput | undefined): KubernetesLook | undefined => {
  if (output?.exitCode !== 0) return undefined;
  const lines = output.stdout.trimEnd().split('\n');
  if (lines.pop() !== `end ${lines.length}`) return undefined;
  const nodes = lines.flatMap((line) => nodeOf(line) ?? []);
  const members = lines.flatMap((line) => memberOf(line) ?? []);
  return nodes.length === 0 || nodes.length + members.length < lines.length ? undefined : { nodes, members };
};

const ROLES = ['control-plane', 'worker'] as const;
const READY = ['Ready', 'NotReady', 'Unknown'] as const;
const STATES = ['leader', 'follower', 'unreachable'] as const;

const oneOf = <T extends string>(words: readonly T[], word: string | undefined): T | undefined =>
  words.find((known) => known === word);

const nodeOf = (line: string): KubernetesNode | undefined => {
  const [, name, instance, role, ready, schedulable] =
    /^node (\S+) (-|i-[0-9a-z]+) (\S+) (\S+) (schedulable|cordoned)$/.exec(line) ?? [];
  const known = oneOf(ROLES, role);
  const state = oneOf(READY, ready);
  if (name === undefined || known === undefined || state === undefined) return undefined;
  const node = { name, role: known, state, cordoned: schedulable === 'cordoned' };
  return instance === undefined || instance === '-' ? node : { ...node, instance };
};

const memberOf = (line: string): EtcdMember | undefined => {
  const [, id, address, kind, node = '-', word] =
    /^member ([0-9a-f]+) ([0-9.]{7,15}) (voter|learner)(?: (\S+) (leader|follower|unreachable))?$/.exec(
      line,
    ) ?? [];
  if (id === undefined || address === undefined) return undefined;
  const state = oneOf(STATES, word);
  return {
    id,
    address,
    votes: kind === 'voter',
    ...(node === '-' ? {} : { node }),
    ...(state === undefined ? {} : { state }),
  };
};
