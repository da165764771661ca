import type { InstanceId } from './ids.js';
import type { InstanceRecord } from './instance.js';

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
 * Members that the cluster still lists though their instance is gone: not reachable, and every record of the instance,
 * or of the address, has ended. In doubt a member is none.
 */
export const ghostsOf = (
  view: ClusterView | undefined,
  records: readonly InstanceRecord[],
): readonly ClusterMember[] => {
  if (view?.kind !== 'read') return [];
  return view.members.filter((member) => {
    if (member.reachable) return false;
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

const hasEnded = ({ goneAt, state }: InstanceRecord): boolean =>
  goneAt !== undefined || state === 'terminated';
