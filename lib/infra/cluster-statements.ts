import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What a node is in its cluster. A `manager` can let others in: it writes the cluster's id, its tokens and its own
 * address, and reads everything. A `worker` reads the token for workers and where the managers are, and writes nothing.
 * A `member` of an ensemble (etcd, ZooKeeper, MySQL) settles who is first and which id each has; `manager-token` is what
 * an ensemble's members, and nobody else, may change it with.
 */
export type ClusterRole = 'manager' | 'worker' | 'member';

/** A cluster of a control plane, by the name that its flavor's properties give it. */
export interface NodeCluster {
  readonly controlPlane: { readonly stackTag: string };
  readonly name: string;
  readonly role: ClusterRole;
}

/** Relative to the cluster's path. A path that may be listed is readable with all below it, whatever else is said. */
const RIGHTS: Readonly<
  Record<
    ClusterRole,
    {
      readonly reads: readonly string[];
      readonly writes: readonly string[];
      readonly removes: readonly string[];
    }
  >
> = {
  manager: {
    reads: ['', '/*'],
    writes: ['/first', '/cluster', '/manager-token', '/worker-token', '/managers/*'],
    removes: ['/managers/*'],
  },
  worker: { reads: ['/cluster', '/worker-token', '/managers', '/managers/*'], writes: [], removes: [] },
  member: {
    reads: ['/first', '/cluster', '/manager-token', '/ids', '/ids/*'],
    writes: ['/first', '/cluster', '/manager-token', '/ids/*'],
    removes: [],
  },
};

/** The parameters of its cluster that a node may read, write and remove, as its role says. */
export const clusterStatements = ({ controlPlane, name, role }: NodeCluster): PolicyStatement[] => {
  const path = `${Aws.PARTITION}:ssm:${Aws.REGION}:${Aws.ACCOUNT_ID}:parameter/holdfast/${controlPlane.stackTag}/${checkedName(name)}`;
  const { reads, writes, removes } = RIGHTS[role];
  const statement = (sid: string, actions: string[], below: readonly string[]) =>
    below.length === 0
      ? []
      : [new PolicyStatement({ sid, actions, resources: below.map((it) => `arn:${path}${it}`) })];
  return [
    ...statement('ReadCluster', ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'], reads),
    ...statement('WriteCluster', ['ssm:PutParameter'], writes),
    ...statement('LeaveCluster', ['ssm:DeleteParameter'], removes),
  ];
};

/** It becomes part of a pattern, where `*` and `/` mean something else. */
const checkedName = (name: string): string => {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)) return name;
  throw new Error(
    `"${name}" cannot name a cluster: use up to 64 letters, digits, "_", "." and "-", a letter or digit first`,
  );
};
