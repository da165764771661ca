import type { InstanceId } from '../../core/ids.js';
import type { HealthReport } from '../../core/instance.js';
import type { FlavorMember, ProbeAnswer } from '../../ports/flavor.js';
import type { Answer, Listed } from './look.js';
import { type Answers, answersOf, isUp, leads, type Witness, witnessesOf } from './witnesses.js';

/**
 * Healthy is a voter that has just read through a quorum and that another such one lists; or that is all of its cluster.
 * Unhealthy is only who all such others say is not listed, a learner, or not seen to read.
 */
export const judgeMembers = (
  members: readonly FlavorMember[],
  answer: ProbeAnswer,
): ReadonlyMap<InstanceId, HealthReport> => {
  const answers = answersOf(answer);
  const witnesses = witnessesOf(answers);
  return new Map(members.map((member) => [member.id, reportOf(member, answers, witnesses)]));
};

const reportOf = (member: FlavorMember, answers: Answers, witnesses: readonly Witness[]): HealthReport => {
  const own = answers.get(member.id);
  const address = member.privateIp ?? member.logicalId;
  const others = witnesses.filter(({ id }) => id !== member.id);
  const self = witnesses.find(({ id }) => id === member.id);
  if (self !== undefined) return reader(self, others);
  if (own?.kind === 'look' && own.look.reads)
    return unknown('it reads through a quorum, but members differ about who is listed');
  const [witness] = others;
  if (witness === undefined || address === undefined) return unknown(unanswered(own));
  const entries = others.map(({ look }) => look.members.find((listed) => listed.address === address));
  return byOthers(entries, own, witness.id);
};

const reader = ({ look }: Witness, others: readonly Witness[]): HealthReport => {
  const voters = look.members.filter(({ votes }) => votes).length;
  if (others.length === 0 && voters > 1)
    return unknown('it reads through a quorum; no other member was there to confirm that it is listed');
  const leader = leads(look, look.self);
  return {
    health: 'healthy',
    reason: leader ? 'leads, and reads through a quorum' : 'a voter, and reads through a quorum',
    ...(leader ? { leader } : {}),
  };
};

/** What the others say of one that does not read, or was not heard. */
const byOthers = (
  entries: readonly (Listed | undefined)[],
  own: Answer | undefined,
  witness: InstanceId,
): HealthReport => {
  const listed = entries.filter((entry) => entry !== undefined);
  if (listed.length === 0) return unhealthy(`not in the cluster, says ${witness}`, own);
  if (listed.length < entries.length) return unknown('members differ about whether it is listed');
  if (listed.every(({ state }) => state === 'unstarted'))
    return unhealthy(`listed, but never started, says ${witness}`, own);
  if (listed.every(({ votes }) => !votes)) return unhealthy(`a learner still, says ${witness}`, own);
  if (listed.every((entry) => !isUp(entry)))
    return unhealthy(`listed, but ${witness} gets no answer from it`, own);
  return unknown(own === undefined ? 'it did not answer' : `${unanswered(own)}, though others reach it`);
};

const unknown = (reason: string): HealthReport => ({ health: 'unknown', reason });

const unhealthy = (reason: string, own: Answer | undefined): HealthReport => ({
  health: 'unhealthy',
  reason: own === undefined || own.kind === 'look' ? reason : `${reason}; ${own.reason}`,
});

const unanswered = (own: Answer | undefined): string => {
  if (own === undefined) return 'it did not answer';
  return own.kind === 'look' ? `it does not read: ${own.look.reason || 'no reason given'}` : own.reason;
};
