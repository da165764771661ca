import type { InstanceId } from '../core/ids.js';

/**
 * What the nodes of a cluster tell each other under one path of Parameter Store, as far as the control plane sees it:
 * names only, never a value. Layout under the path:
 *
 * - `first`: the instance that founds the cluster, written once, by whoever comes first;
 * - `cluster`: the cluster's id, once it is founded;
 * - `manager-token`, `worker-token`: SecureStrings that nodes join with;
 * - `managers/<instance id>`: SecureStrings with the addresses of nodes that can speak for all.
 */
export interface ClusterParameters {
  /** Instances that can speak for the cluster, as its nodes have written; none when nothing is written. */
  speakers(path: string): Promise<readonly InstanceId[]>;
  /** Who claimed to found the cluster, and whether it is founded. */
  claim(path: string): Promise<Claim>;
  /** Lets another node found it. Only when the claimant is gone and nothing was founded. */
  releaseClaim(path: string): Promise<void>;
  /** Takes out the addresses of these instances. Those that are not there are no error. */
  forget(path: string, ids: readonly InstanceId[]): Promise<void>;
  /** Removes everything that is the cluster's; what lies deeper under the path may be another's. */
  remove(path: string): Promise<void>;
}

export interface Claim {
  readonly founder?: InstanceId;
  readonly founded: boolean;
}
