import type { NodeOutput, ProbeAnswer } from '../../ports/flavor.js';
import { CANNOT_SAY, QUORUM_LOST } from '../node/boot-script.js';

export type SwarmRole = 'manager' | 'worker';

/** One line of a swarm's list. */
export interface SwarmNode {
  readonly id: string;
  readonly instance?: string;
  readonly role: SwarmRole;
  readonly state: 'ready' | 'down' | 'unknown' | 'disconnected';
  readonly availability: 'active' | 'pause' | 'drain';
  /** Of one that decides; absent of a manager that does not do so yet, or not any more. */
  readonly standing?: 'leader' | 'reachable' | 'unreachable';
}

/** What a swarm's managers said, taken together. */
export type SwarmAnswer =
  | { readonly kind: 'list'; readonly nodes: readonly SwarmNode[] }
  | { readonly kind: 'unfounded' | 'lost' | 'unreadable'; readonly reason: string };

const NODE =
  /^node ([0-9a-z]{25}) (\S+) (manager|worker) (ready|down|unknown|disconnected) (active|pause|drain) (leader|reachable|unreachable|-)$/;

/** The nodes that `swarm-look` printed; `undefined` when that is not whole: cut off, or no output of ours. */
export const parseLook = (stdout: string): readonly SwarmNode[] | undefined => {
  const lines = stdout.trimEnd().split('\n');
  const end = lines.pop();
  if (end !== `end ${lines.length}` || !/^cluster [0-9a-z]{25}$/.test(lines.shift() ?? '')) return undefined;
  const nodes: SwarmNode[] = [];
  for (const line of lines) {
    const [, id, instance, role, state, availability, standing] = NODE.exec(line) ?? [];
    if (id === undefined) return undefined;
    nodes.push({
      id,
      role: role as SwarmNode['role'],
      state: state as SwarmNode['state'],
      availability: availability as SwarmNode['availability'],
      ...(instance === undefined || instance === '-' ? {} : { instance }),
      ...(standing === '-' ? {} : { standing: standing as SwarmNode['standing'] & string }),
    });
  }
  return nodes;
};

/**
 * Whether a majority stands behind a list. A leader that was just cut off still answers for some seconds, and calls the
 * others unreachable.
 */
const hasQuorum = (nodes: readonly SwarmNode[]): boolean => {
  const managers = nodes.filter(decides);
  return managers.some(({ standing }) => standing === 'leader') && reached(managers) * 2 > managers.length;
};

/** It has a vote, whatever it is to become. */
export const decides = ({ standing }: SwarmNode): boolean => standing !== undefined;

export const isReached = ({ standing }: SwarmNode): boolean =>
  standing === 'leader' || standing === 'reachable';

const reached = (managers: readonly SwarmNode[]): number => managers.filter(isReached).length;

/** In the words of `swarm-look`. */
const ELECTS = 'elects a leader';
const UNFOUNDED = 'cluster none';

/** One list with a majority behind it is the swarm's word, whoever passes it on; all others are not. */
export const swarmAnswer = (answer: ProbeAnswer): SwarmAnswer => {
  if (answer.kind !== 'output') return { kind: 'unreadable', reason: 'managers were not asked' };
  const outputs = [...answer.byInstance].sort(([one], [other]) => (one < other ? -1 : 1));
  const minorities: string[] = [];
  for (const [id, { exitCode, stdout }] of outputs) {
    const nodes = exitCode === 0 ? parseLook(stdout) : undefined;
    if (nodes === undefined) continue;
    if (hasQuorum(nodes)) return { kind: 'list', nodes };
    const managers = nodes.filter(decides);
    minorities.push(`${id} reaches ${reached(managers)} of ${managers.length} managers`);
  }
  const said = outputs.map(([id, output]) => ({ ...output, words: `${id}: ${lastWords(output)}` }));
  const with66 = said.filter(({ exitCode }) => exitCode === CANNOT_SAY);
  const lost = said.find(({ exitCode }) => exitCode === QUORUM_LOST);
  const electing = with66.find(({ stderr }) => stderr.includes(ELECTS));
  if (lost !== undefined && electing === undefined) return { kind: 'lost', reason: lost.words };
  const unfounded = with66.find(({ stdout }) => stdout.trim() === UNFOUNDED);
  if (unfounded !== undefined && minorities.length === 0 && lost === undefined)
    return { kind: 'unfounded', reason: 'no swarm is founded yet' };
  const reason =
    minorities[0] ?? electing?.words ?? with66[0]?.words ?? said[0]?.words ?? 'no manager answered';
  return { kind: 'unreadable', reason };
};

const lastWords = ({ exitCode, stderr }: NodeOutput): string => {
  if (exitCode === 0) return 'its list is not whole';
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line.replace(/^holdfast: /, '').slice(0, 200) || `exit code ${exitCode}`;
};
