import type { InstanceId } from './ids.js';
import { type InstanceRecord, isLive } from './instance.js';

/** One line of a cluster's own member list. */
export interface ClusterMember {
  /** As the cluster names it: a swarm's node id, a ZooKeeper server id, an etcd member id in hexadecimal. */
  readonly name: string;
  /** The instance that it says it runs on. */
  readonly instance?: InstanceId;
  /** Private IPv4 address, where the cluster knows its members by that. */
  readonly address?: string;
  /** In the cluster's words: `manager`, `worker`, `voter`, `learner`, `observer`. */
  readonly role: string;
  /** It counts for the quorum. */
  readonly votes: boolean;
  readonly reachable: boolean;
  readonly leader: boolean;
}

/** What a cluster says of itself, as its own members answered. */
export type ClusterView =
  /** Its member list, read through a quorum. */
  | { readonly kind: 'read'; readonly members: readonly ClusterMember[] }
  /** Nobody could be asked, or none of those asked could say. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** Members answered, and say that too few are left to decide anything. */
  | { readonly kind: 'lost'; readonly reason: string };

/**
 * Members that the cluster still lists though their instance has ended: every record of the instance, or of the address,
 * is shutting down or gone. In doubt a member is none.
 */
export const ghostsOf = (
  view: ClusterView | undefined,
  records: readonly InstanceRecord[],
): readonly ClusterMember[] => {
  if (view?.kind !== 'read') return [];
  return view.members.filter((member) => {
    const known = records.filter((record) => runsOn(record, member));
    return known.length > 0 && known.every(hasEnded);
  });
};

/** Whether a listed member says that it runs on this instance. */
export const runsOn = (
  record: { readonly id: InstanceId; readonly privateIp?: string },
  { instance, address }: Pick<ClusterMember, 'instance' | 'address'>,
): boolean =>
  instance === undefined ? address !== undefined && record.privateIp === address : record.id === instance;

/** EC2 never brings it back. */
export const hasEnded = ({ goneAt, state }: InstanceRecord): boolean =>
  goneAt !== undefined || !isLive(state);

/** The same list after these members were taken out of it. */
export const withoutMembers = (
  view: ClusterView | undefined,
  isOut: (member: ClusterMember) => boolean,
): ClusterView | undefined =>
  view?.kind === 'read' ? { ...view, members: view.members.filter((member) => !isOut(member)) } : view;
