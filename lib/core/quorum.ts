import type { Revision } from './group-spec.js';

export interface QuorumRefusal {
  readonly why: string;
  readonly kind: 'deferred' | 'blocked';
}

/** Members that must stay reachable: more than half of the member list. */
export const majorityOf = (listed: number): number => Math.floor(listed / 2) + 1;

/**
 * Why a member of a quorum may not go now, when `left` healthy ones would be left; new members count as unhealthy until
 * they are proved. A quorum of one or two can never lose a member: an operator has to allow it (protocol rule 25).
 */
export const quorumRefusal = ({ quorum, spec }: Revision, left: number): QuorumRefusal | undefined => {
  if (quorum === undefined) return undefined;
  const majority = majorityOf(quorum.majorityOf);
  if (left >= majority) return undefined;
  if (quorum.majorityOf > 2)
    return {
      kind: 'deferred',
      why: `${left} of ${quorum.majorityOf} would be reachable, fewer than the majority of ${majority}`,
    };
  if (spec.updating.allowQuorumLoss) return undefined;
  return {
    kind: 'blocked',
    why: `a quorum of ${quorum.majorityOf} cannot lose a member: allow it with Updating.AllowQuorumLoss`,
  };
};
