import type { Classified } from './classify.js';
import { type ClusterMember, runsOn } from './cluster.js';
import type { Revision } from './group-spec.js';
import type { Situation } from './situation.js';

export interface QuorumRefusal {
  readonly why: string;
  readonly kind: 'deferred' | 'blocked';
}

/** Members that must stay reachable: more than half of the member list. */
export const majorityOf = (listed: number): number => Math.floor(listed / 2) + 1;

/** Whether members of a quorum may go, one after the other, kept current while a plan takes from it. */
export interface QuorumKeeper {
  /** Why this member may not go now, when `left` healthy ones would be left; `undefined` when it may. */
  readonly refusal: (entry: Classified, left: number) => QuorumRefusal | undefined;
  readonly take: (entry: Classified) => void;
}

/**
 * What the cluster says of itself has the last word: nobody goes while its member list cannot be read or its quorum is
 * lost, and one member goes at a time, only when a majority of the list stays reachable; new members count as
 * unreachable until they are proved. Without a list, the declared number stands for it. A quorum of one or two can never
 * lose a member: an operator has to allow it (protocol rule 25).
 */
export const quorumKeeper = (situation: Situation): QuorumKeeper => {
  const { revision, group, observed } = situation;
  const { quorum } = revision;
  const { cluster } = observed;
  if (quorum === undefined) return { refusal: () => undefined, take: () => {} };
  let going = group.orders.find((order) => order.kind !== 'launch')?.instance;
  return {
    refusal: (entry, left) => {
      if (cluster === undefined) return refusalOf(revision, left, quorum.majorityOf);
      if (cluster.kind !== 'read') return lostOrUnread(situation);
      const voters = cluster.members.filter(({ votes }) => votes);
      const isVoter = voters.some((member) => runsOn(entry.member, member));
      if (!isVoter) return undefined;
      if (going !== undefined)
        return { kind: 'deferred', why: `${going} is leaving: one member of a quorum at a time` };
      const after = voters.filter(
        (member) => serves(situation, member) && !runsOn(entry.member, member),
      ).length;
      return refusalOf(revision, after, voters.length);
    },
    take: (entry) => {
      going ??= entry.member.id;
    },
  };
};

/** Why nothing is to be done to the members of a quorum at all: its list cannot be read, or too few are left to decide. */
export const lostOrUnread = ({ revision, group, observed }: Situation): QuorumRefusal | undefined => {
  const { cluster } = observed;
  if (revision.quorum === undefined || cluster === undefined) return undefined;
  if (cluster.kind === 'unreadable')
    return { kind: 'deferred', why: `its member list cannot be read: ${cluster.reason}` };
  if (cluster.kind === 'lost')
    return {
      kind: 'blocked',
      why: `quorum is lost: ${cluster.reason}; recover it with holdfast flavor recover ${group.id}`,
    };
  return undefined;
};

/** Reachable, and if it is a member of this group, proved. */
const serves = ({ members }: Situation, listed: ClusterMember): boolean => {
  if (!listed.reachable) return false;
  const own = members.find(({ member, bucket }) => bucket !== 'gone' && runsOn(member, listed));
  return own === undefined || (own.member.everHealthy && !own.proving);
};

const refusalOf = ({ quorum, spec }: Revision, left: number, listed: number): QuorumRefusal | undefined => {
  const majority = majorityOf(listed);
  if (left >= majority) return undefined;
  const most = Math.max(quorum?.majorityOf ?? 0, listed);
  if (most > 2) {
    const why = `${left} of ${listed} would be reachable, fewer than the majority of ${majority}`;
    return { kind: 'deferred', why };
  }
  if (spec.updating.allowQuorumLoss) return undefined;
  return {
    kind: 'blocked',
    why: `a quorum of ${most} cannot lose a member: allow it with Updating.AllowQuorumLoss`,
  };
};
