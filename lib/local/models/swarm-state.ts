import type { Instant } from '../../core/ids.js';
import { type ElectionTimes, type Leadership, leadershipAt } from './leadership.js';
import type { ClusterTruth, Loss, Site } from './machine.js';

/** What dockerd 20.10.24 took, with its own heartbeat of 5 s, in milliseconds; medians of a few runs. */
export const SWARM_TIMES = {
  engineMs: 600,
  initMs: 670,
  joinMs: { manager: 580, worker: 120 },
  downMs: { 'cut-off': 10_600, killed: 12_000, gone: 15_100 } satisfies Record<Loss, number>,
  unreachableMs: 660,
  readyAgainMs: 2_800,
  /** A document gives up on a call to managers without a leader after this long. */
  leaderlessCallMs: 4_000,
  /** Stopping the tasks of a drained node. */
  drainMs: 4_000,
  /** The heartbeat that workers' times were measured with. */
  heartbeatMs: 5_000,
  election: { electionMs: 14_000, returnMs: 31_000 } satisfies ElectionTimes,
} as const;

export type Role = 'manager' | 'worker';

/** A line of `docker node ls`. Plain JSON, like the whole swarm. */
export interface SwarmNode {
  readonly id: string;
  /** The instance that it runs on, by its engine's label. */
  readonly instance: string;
  role: Role;
  availability: 'active' | 'pause' | 'drain';
  contact: { readonly there: boolean; readonly since: Instant; readonly loss?: Loss };
}

export interface Swarm {
  readonly id: string;
  tokens: Record<Role, string>;
  nodes: SwarmNode[];
  leadership: Leadership;
  heartbeatMs: number;
}

/** Notes who came and went. */
export const settleSwarm = (site: Site, swarm: Swarm): void => {
  const now = site.clock.now();
  // The only one that decides needs no network for it.
  const isAlone = managersOf(swarm).length === 1;
  for (const node of swarm.nodes) {
    const decides = isAlone && node.role === 'manager';
    const there = decides ? site.isUp(node.instance) : site.isReachable(node.instance);
    if (there === node.contact.there) continue;
    node.contact = there
      ? { there, since: now + SWARM_TIMES.readyAgainMs }
      : { there, since: now, loss: site.lossOf(node.instance) };
  }
  swarm.leadership = leadershipAt(
    swarm.leadership,
    managersOf(swarm).map(({ id, contact }) => ({ name: id, reachable: contact.there })),
    now,
    SWARM_TIMES.election,
  );
};

export const managersOf = ({ nodes }: Swarm): readonly SwarmNode[] =>
  nodes.filter(({ role }) => role === 'manager');

/** A worker's word comes through managers, so a new leader has to hear of everybody first. */
export const statusOf = (
  { leadership, heartbeatMs }: Swarm,
  { contact }: SwarmNode,
  now: Instant,
): 'ready' | 'down' | 'unknown' => {
  if (contact.there) return now < contact.since ? 'down' : 'ready';
  const downMs = (SWARM_TIMES.downMs[contact.loss ?? 'gone'] * heartbeatMs) / SWARM_TIMES.heartbeatMs;
  if (leadership.since <= contact.since) return now < contact.since + downMs ? 'ready' : 'down';
  return now < leadership.since + downMs ? 'unknown' : 'down';
};

export const standingOf = (
  { leadership }: Swarm,
  { id, role, contact }: SwarmNode,
  now: Instant,
): 'leader' | 'reachable' | 'unreachable' | '-' => {
  if (role === 'worker') return '-';
  if (leadership.kind === 'leads' && leadership.leader === id) return 'leader';
  return contact.there || now < contact.since + SWARM_TIMES.unreachableMs ? 'reachable' : 'unreachable';
};

export const swarmTruth = (swarm: Swarm): ClusterTruth => ({
  software: 'swarm',
  id: swarm.id,
  decides: swarm.leadership.kind === 'leads',
  members: swarm.nodes.map(({ id, instance, role, contact }) => ({
    name: id,
    instance,
    votes: role === 'manager',
    reachable: contact.there,
    leader: swarm.leadership.kind === 'leads' && swarm.leadership.leader === id,
  })),
});

/** In Docker's form: digits and small letters. */
export const newId = ({ random }: Pick<Site, 'random'>, length: number): string =>
  Array.from({ length }, () => Math.floor(random.fraction() * 36).toString(36)).join('');

export const newTokens = (site: Pick<Site, 'random'>): Record<Role, string> => {
  const root = newId(site, 50);
  const token = () => `SWMTKN-1-${root}-${newId(site, 25)}`;
  return { manager: token(), worker: token() };
};
