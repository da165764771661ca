import type { ClusterMember, ClusterView } from '../../core/cluster.js';
import type { InstanceId } from '../../core/ids.js';
import type { ProbeAnswer } from '../../ports/flavor.js';
import { type Answer, answerOf, type Listed, type Look } from './look.js';

export type Answers = ReadonlyMap<InstanceId, Answer>;

/** What made sense, by the node that said it. */
export const answersOf = (answer: ProbeAnswer): Answers =>
  answer.kind !== 'output'
    ? new Map()
    : new Map(
        [...answer.byInstance].flatMap(([id, output]) => {
          const one = answerOf(output);
          return one === undefined ? [] : [[id, one] as const];
        }),
      );

/** A voter that has just read through a quorum: what it lists is what the cluster lists. */
export interface Witness {
  readonly id: InstanceId;
  readonly look: Look;
}

/** In the order of their ids; none when they do not know each other, as then not all of them can be right. */
export const witnessesOf = (answers: Answers): readonly Witness[] => {
  const all = [...answers]
    .flatMap(([id, answer]) =>
      answer.kind === 'look' && answer.look.reads ? [{ id, look: answer.look }] : [],
    )
    .filter(({ look }) => knows(look, look))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  return all.every(({ look }) => all.every((other) => knows(look, other.look))) ? all : [];
};

const knows = ({ members }: Look, { self }: Look): boolean =>
  members.some(({ id, votes }) => votes && id === self);

/** Whether this is not in doubt: it reads itself, or every witness has seen it do so. */
const isReachable = ({ id }: Listed, witnesses: readonly Witness[]): boolean =>
  witnesses.some(({ look }) => look.self === id) ||
  witnesses.every(({ look }) => isUp(look.members.find((listed) => listed.id === id)));

/** Seen to read; a learner, to run. */
export const isUp = (listed: Listed | undefined): boolean =>
  listed?.state === 'leader' || listed?.state === 'follower';

/** The cluster's own list by its leader, or by any other witness. `undefined` when no cluster was founded yet. */
export const viewOf = (answer: ProbeAnswer): ClusterView | undefined => {
  const answers = answersOf(answer);
  const witnesses = witnessesOf(answers);
  const teller = witnesses.find(({ look }) => leads(look, look.self)) ?? witnesses[0];
  if (teller !== undefined)
    return {
      kind: 'read',
      members: teller.look.members.map((listed) => memberOf(listed, teller.look, witnesses)),
    };
  const said = [...answers].sort(([one], [other]) => (one < other ? -1 : 1));
  const reads = said.find(([, one]) => one.kind === 'look' && one.look.reads);
  if (reads !== undefined) return { kind: 'unreadable', reason: 'members differ about who is listed' };
  const lost = said.find(([, one]) => one.kind === 'lost');
  if (lost?.[1].kind === 'lost') return { kind: 'lost', reason: `${lost[0]}: ${lost[1].reason}` };
  if (said.some(([, one]) => one.kind === 'look'))
    return { kind: 'unreadable', reason: 'no voter reads through a quorum' };
  if (said.some(([, one]) => one.kind === 'unfounded')) return undefined;
  return { kind: 'unreadable', reason: said.length === 0 ? 'no member answers' : 'no member can say' };
};

export const leads = ({ members }: Look, member: string): boolean =>
  members.some(({ id, state }) => id === member && state === 'leader');

const memberOf = (listed: Listed, look: Look, witnesses: readonly Witness[]): ClusterMember => ({
  name: listed.id,
  ...(listed.address === undefined ? {} : { address: listed.address }),
  role: listed.votes ? 'voter' : 'learner',
  votes: listed.votes,
  reachable: isReachable(listed, witnesses),
  leader: leads(look, listed.id),
});
