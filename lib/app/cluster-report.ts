import type { ClusterView } from '../core/cluster.js';

/** A line of a cluster's own member list. */
export interface ClusterMemberView {
  /** In the cluster's words. */
  readonly Name: string;
  /** The instance or the address that it says it runs on. */
  readonly Instance?: string;
  readonly Address?: string;
  readonly Role: string;
  readonly Votes: boolean;
  readonly Reachable: boolean;
  readonly Leader: boolean;
}

/** What a cluster says of itself. */
export interface ClusterReport {
  /** Whether enough members are left to decide anything; `unknown` when nobody could be asked. */
  readonly Quorum: 'kept' | 'lost' | 'unknown';
  /** Why it is not kept. */
  readonly Reason?: string;
  /** Empty unless it is kept: nobody else can tell. */
  readonly Members: readonly ClusterMemberView[];
}

/** A cluster's answer as the API tells it. */
export const clusterReport = (view: ClusterView): ClusterReport => {
  if (view.kind !== 'read')
    return { Quorum: view.kind === 'lost' ? 'lost' : 'unknown', Reason: view.reason, Members: [] };
  return {
    Quorum: 'kept',
    Members: view.members.map(({ name, instance, address, role, votes, reachable, leader }) => ({
      Name: name,
      ...(instance === undefined ? {} : { Instance: instance }),
      ...(address === undefined ? {} : { Address: address }),
      Role: role,
      Votes: votes,
      Reachable: reachable,
      Leader: leader,
    })),
  };
};
