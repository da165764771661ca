import type { Machine, Site } from './machine.js';
import {
  managersOf,
  newId,
  newTokens,
  type Role,
  SWARM_TIMES,
  type Swarm,
  type SwarmNode,
  settleSwarm,
} from './swarm-state.js';

export interface Home {
  readonly swarm: Swarm;
  readonly node: SwarmNode;
}

/** All swarms of a site, and what their engines believe. */
export interface SwarmWorld {
  readonly site: Site;
  all(): readonly Swarm[];
  settle(): void;
  /** The swarm that lists this instance, as it is now. */
  homeOf(instance: string): Home | undefined;
  /** A new swarm of one manager. */
  found(machine: Machine): Swarm;
  enter(swarm: Swarm, machine: Machine, role: Role): void;
  /** Out of the list, dead or alive. */
  remove(swarm: Swarm, node: SwarmNode): void;
  /** The boot script of this instance has come to its good end once: it is not run again. */
  isDone(instance: string): boolean;
  done(instance: string): void;
  snapshot(): unknown;
  restore(state: unknown): void;
}

export const swarmWorld = (site: Site): SwarmWorld => {
  let swarms: Swarm[] = [];
  let finished: string[] = [];
  const settle = () => {
    for (const swarm of swarms) settleSwarm(site, swarm);
  };
  const changed = () => {
    settle();
    site.changed();
  };
  const enter = (swarm: Swarm, { id }: Machine, role: Role) => {
    const contact = { there: true, since: site.clock.now() };
    swarm.nodes.push({ id: newId(site, 25), instance: id, role, availability: 'active', contact });
    changed();
  };
  return {
    site,
    all: () => swarms,
    settle,
    homeOf: (instance) => {
      settle();
      for (const swarm of swarms) {
        const node = swarm.nodes.findLast((it) => it.instance === instance);
        if (node !== undefined) return { swarm, node };
      }
      return undefined;
    },
    found: (machine) => {
      const node = newId(site, 25);
      const now = site.clock.now();
      const swarm: Swarm = {
        id: newId(site, 25),
        tokens: newTokens(site),
        nodes: [
          {
            id: node,
            instance: machine.id,
            role: 'manager',
            availability: 'active',
            contact: { there: true, since: now },
          },
        ],
        leadership: { kind: 'leads', leader: node, since: now },
        heartbeatMs: SWARM_TIMES.heartbeatMs,
      };
      swarms.push(swarm);
      changed();
      return swarm;
    },
    enter,
    remove: (swarm, node) => {
      swarm.nodes = swarm.nodes.filter((it) => it !== node);
      // A leader that is demoted hands over at once.
      const [next] = managersOf(swarm).filter(({ contact }) => contact.there);
      if (next && swarm.leadership.kind === 'leads' && swarm.leadership.leader === node.id)
        swarm.leadership = { ...swarm.leadership, leader: next.id };
      changed();
    },
    isDone: (instance) => finished.includes(instance),
    done: (instance) => {
      finished.push(instance);
      site.changed();
    },
    snapshot: () => ({ swarms, finished }),
    restore: (state) => {
      ({ swarms, finished } = state as { swarms: Swarm[]; finished: string[] });
    },
  };
};
