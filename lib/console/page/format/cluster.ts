import type { ClusterView } from '../../protocol.js';

export type Member = ClusterView['members'][number];

/** Listed one by one: who votes, and who cannot be reached, the leader first. The others are counted. */
export const listedMembers = (
  members: readonly Member[],
): { readonly listed: readonly Member[]; readonly others: number } => {
  const listed = members
    .filter(({ votes, leader, reachable }) => votes || leader || !reachable)
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  return { listed, others: members.length - listed.length };
};

const rank = ({ leader, votes }: Member): number => (leader ? 0 : votes ? 1 : 2);
