import type { ClusterMember, ClusterView } from '../../core/cluster.js';
import { type InstanceId, instanceId } from '../../core/ids.js';
import type { HealthReport } from '../../core/instance.js';
import type { FlavorMember, ProbeAnswer } from '../../ports/flavor.js';
import { decides, isReached, type SwarmNode, type SwarmRole, swarmAnswer } from './answer.js';

/** What the swarm says of these, each by the engine label with its instance id. */
export const judgeNodes = (
  role: SwarmRole,
  members: readonly FlavorMember[],
  answer: ProbeAnswer,
): ReadonlyMap<InstanceId, HealthReport> => {
  const said = swarmAnswer(answer);
  return new Map(
    members.map(({ id }): [InstanceId, HealthReport] => [
      id,
      said.kind === 'list'
        ? verdict(
            role,
            said.nodes.filter(({ instance }) => instance === id),
          )
        : { health: 'unknown', reason: said.reason },
    ]),
  );
};

/**
 * Other than in InfraKit, who is not listed is unhealthy and not unknown (the control plane gives new instances their
 * time), and so is who is listed twice. A drained worker takes no tasks, and somebody takes it out; a paused one still
 * runs them: it does not count, and is not ended for it. Managers are often drained or paused, to do nothing else.
 */
const verdict = (role: SwarmRole, matches: readonly SwarmNode[]): HealthReport => {
  const [node, ...more] = matches;
  if (node === undefined) return unhealthy('is not in the swarm');
  if (more.length > 0) return unhealthy(`is listed ${matches.length} times in the swarm`);
  if (node.role !== role) return unhealthy(`is a ${node.role} of the swarm, not a ${role}`);
  if (node.standing === 'unreachable') return unhealthy('is unreachable for the other managers');
  if (node.state === 'down') return unhealthy('is down in the swarm');
  if (node.state !== 'ready') return unknown(`the swarm says ${node.state}`);
  return role === 'manager' ? managerVerdict(node) : workerVerdict(node);
};

const managerVerdict = ({ standing }: SwarmNode): HealthReport => {
  if (standing === undefined) return unknown('is not among the managers that decide yet');
  return standing === 'leader'
    ? { health: 'healthy', reason: 'leads the swarm', leader: true }
    : { health: 'healthy', reason: 'is a manager of the swarm, ready and reachable' };
};

const workerVerdict = ({ availability }: SwarmNode): HealthReport => {
  if (availability === 'drain') return unhealthy('is drained: somebody takes it out of the swarm');
  if (availability === 'pause') return unknown('is paused: it takes no new tasks');
  return { health: 'healthy', reason: 'is a worker of the swarm, ready' };
};

const unhealthy = (reason: string): HealthReport => ({ health: 'unhealthy', reason });
const unknown = (reason: string): HealthReport => ({ health: 'unknown', reason });

/** The swarm's own list. */
export const viewOf = (answer: ProbeAnswer): ClusterView | undefined => {
  const said = swarmAnswer(answer);
  switch (said.kind) {
    case 'list':
      return { kind: 'read', members: said.nodes.map(asMember) };
    case 'lost':
    case 'unreadable':
      return { kind: said.kind, reason: said.reason };
    case 'unfounded':
      return undefined;
  }
};

const asMember = (node: SwarmNode): ClusterMember => ({
  name: node.id,
  role: node.role,
  votes: decides(node),
  reachable: decides(node) ? isReached(node) : node.state === 'ready',
  leader: node.standing === 'leader',
  ...(node.instance === undefined ? {} : { instance: instanceId(node.instance) }),
});
