import type { ClusterMember, ClusterView } from '../../core/cluster.js';
import { type InstanceId, instanceId } from '../../core/ids.js';
import type { HealthReport } from '../../core/instance.js';
import type { FlavorMember, NodeOutput, ProbeAnswer } from '../../ports/flavor.js';
import { CANNOT_SAY, QUORUM_LOST } from '../node/boot-script.js';
import { type EtcdMember, type KubernetesLook, type KubernetesNode, readLook } from './look.js';

const outputsOf = (answer: ProbeAnswer): readonly NodeOutput[] =>
  answer.kind === 'output' ? [...answer.byInstance.values()] : [];

/** Every API server reads through the quorum, so that the first whole answer is as good as any other. */
const lookOf = (answer: ProbeAnswer): KubernetesLook | undefined =>
  outputsOf(answer).flatMap((output) => readLook(output) ?? [])[0];

/** Healthy is a member whose one node, by the label with its instance id, is Ready and has the role that is asked for. */
export const judgeNodes = (
  members: readonly FlavorMember[],
  role: KubernetesNode['role'],
  answer: ProbeAnswer,
): ReadonlyMap<InstanceId, HealthReport> => {
  const look = lookOf(answer);
  return new Map(
    members.map(({ id }) => [id, look === undefined ? silent(answer) : reportOf(id, role, look)]),
  );
};

const silent = (answer: ProbeAnswer): HealthReport => ({
  health: 'unknown',
  reason: lossOf(answer) ?? 'no node of the control plane could say',
});

const lossOf = (answer: ProbeAnswer): string | undefined => {
  const said = outputsOf(answer).filter(({ exitCode }) => exitCode === QUORUM_LOST).length;
  return said === 0 ? undefined : `etcd has no leader, say ${said} of its nodes`;
};

const reportOf = (
  id: InstanceId,
  role: KubernetesNode['role'],
  { nodes, members }: KubernetesLook,
): HealthReport => {
  const [node, ...others] = nodes.filter(({ instance }) => instance === id);
  if (node === undefined) return { health: 'unhealthy', reason: 'not in the cluster' };
  if (others.length > 0)
    return { health: 'unknown', reason: `${others.length + 1} nodes of the cluster claim to be it` };
  if (node.role !== role) return { health: 'unhealthy', reason: `${node.role} in the cluster, not ${role}` };
  if (node.state !== 'Ready') return { health: 'unhealthy', reason: UNWELL[node.state] };
  const own = members.find((member) => member.node === node.name);
  return (role === 'control-plane' && own !== undefined ? ofEtcd(own) : undefined) ?? well(node, own);
};

const UNWELL: Readonly<Record<'NotReady' | 'Unknown', string>> = {
  NotReady: 'its node is NotReady',
  Unknown: 'the cluster has not heard of its node for a while',
};

const ofEtcd = ({ votes, state }: EtcdMember): HealthReport | undefined => {
  if (!votes) return { health: 'unhealthy', reason: 'its etcd is a learner' };
  return state === 'unreachable' ? { health: 'unhealthy', reason: 'its etcd does not answer' } : undefined;
};

const well = ({ name, cordoned }: KubernetesNode, own: EtcdMember | undefined): HealthReport => ({
  health: 'healthy',
  reason: `node ${name} is Ready${cordoned ? ', cordoned' : ''}`,
  ...(own?.state === 'leader' ? { leader: true } : {}),
});

/** In the words of `kubernetes-look`. */
const isUnfounded = ({ exitCode, stdout }: NodeOutput): boolean =>
  exitCode === CANNOT_SAY && stdout.trim() === 'cluster none';

/** Nodes, and members of etcd that have none. The control plane votes, through its etcd. */
export const viewOf = (answer: ProbeAnswer): ClusterView | undefined => {
  const look = lookOf(answer);
  if (look === undefined) {
    const lost = lossOf(answer);
    if (lost !== undefined) return { kind: 'lost', reason: lost };
    if (outputsOf(answer).some(isUnfounded)) return undefined;
    return { kind: 'unreadable', reason: 'no node of the control plane could say' };
  }
  const names = new Set(look.nodes.map(({ name }) => name));
  return {
    kind: 'read',
    members: [
      ...look.nodes.map((node) => asMember(node, look)),
      ...look.members.filter(({ node }) => node === undefined || !names.has(node)).map(strayMember),
    ],
  };
};

const asMember = (node: KubernetesNode, { members }: KubernetesLook): ClusterMember => {
  const own = members.find((member) => member.node === node.name);
  return {
    name: node.name,
    ...(node.instance === undefined ? {} : { instance: instanceId(node.instance) }),
    role: node.role,
    votes: own?.votes ?? node.role === 'control-plane',
    reachable: node.state === 'Ready' && own?.state !== 'unreachable',
    leader: own?.state === 'leader',
  };
};

/** A member of etcd whose node was never in the cluster, or is not any more. It counts all the same. */
const strayMember = ({ id, address, votes, node, state }: EtcdMember): ClusterMember => ({
  name: id,
  ...(node?.startsWith('i-') ? { instance: instanceId(node) } : { address }),
  role: votes ? 'voter' : 'learner',
  votes,
  reachable: state === 'leader' || state === 'follower',
  leader: state === 'leader',
});
