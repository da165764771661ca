/** What the package exports: constructs for a CDK app. */

export type { GroupProperties } from './config/group-properties.js';
export type { ClusterRole, NodeCluster } from './infra/cluster-statements.js';
export { ControlPlane } from './infra/control-plane.js';
export type { ControlPlaneProps } from './infra/control-plane-props.js';
export { Group, type GroupProps } from './infra/group.js';
export { NodeRole, type NodeRoleProps } from './infra/node-role.js';
