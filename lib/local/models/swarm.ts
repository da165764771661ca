import {
  type AnswerDocument,
  CANNOT_SAY,
  DONE,
  type Machine,
  QUORUM_LOST,
  QUORUM_REFUSED,
  refused,
  type Site,
  type SoftwareModel,
  said,
} from './machine.js';
import { swarmBoot } from './swarm-boot.js';
import {
  managersOf,
  newTokens,
  SWARM_TIMES,
  type Swarm,
  type SwarmNode,
  standingOf,
  statusOf,
  swarmTruth,
} from './swarm-state.js';
import { swarmWorld } from './swarm-world.js';

type Values = Readonly<Record<string, string>>;

/** Docker in swarm mode: managers that keep a quorum, workers that report to them, and nodes that linger when they are gone. */
export const swarmModel = (site: Site): SoftwareModel => {
  const world = swarmWorld(site);
  const forget = (machine: Machine, path: string, instance: string) =>
    site.parameters(machine).delete(`${path}/managers/${instance}`);

  /** Answers as a manager of the cluster, with its leader's word. */
  const asManager =
    (
      answer: (swarm: Swarm, machine: Machine, values: Values) => ReturnType<AnswerDocument>,
    ): AnswerDocument =>
    async (machine, values) => {
      const { Path = '' } = values;
      const parameters = site.parameters(machine);
      const id = await parameters.get(`${Path}/cluster`);
      if (id === undefined)
        return { ...refused(CANNOT_SAY, 'no swarm is founded yet'), stdout: 'cluster none\n' };
      if ((await parameters.get(`${Path}/managers/${machine.id}`)) === undefined)
        return refused(CANNOT_SAY, 'is not announced as a manager');
      const home = site.isUp(machine.id) ? world.homeOf(machine.id) : undefined;
      if (home?.node.role !== 'manager')
        return refused(CANNOT_SAY, 'is no manager, or its engine does not answer');
      const { swarm } = home;
      if (swarm.id !== id) return refused(CANNOT_SAY, `is of another swarm: ${swarm.id}`);
      if (swarm.leadership.kind !== 'leads') {
        await site.clock.sleep(SWARM_TIMES.leaderlessCallMs);
        world.settle();
      }
      if (swarm.leadership.kind === 'electing') return refused(CANNOT_SAY, 'the swarm elects a leader');
      if (swarm.leadership.kind === 'lost') {
        const managers = managersOf(swarm);
        const reached = managers.filter(({ contact }) => contact.there).length;
        const why = `the swarm has no leader: ${reached} of ${managers.length} managers can be reached`;
        return refused(QUORUM_LOST, why);
      }
      return answer(swarm, machine, values);
    };

  const look = asManager((swarm) => {
    const now = site.clock.now();
    const line = (node: SwarmNode) =>
      [
        'node',
        node.id,
        node.instance,
        node.role,
        statusOf(swarm, node, now),
        node.availability,
        standingOf(swarm, node, now),
      ].join(' ');
    return said([`cluster ${swarm.id}`, ...swarm.nodes.map(line)]);
  });

  /** Why the managers could not decide without it; `undefined` when they could. */
  const needs = (swarm: Swarm, node: SwarmNode): string | undefined => {
    const now = site.clock.now();
    const rest = managersOf(swarm).filter((it) => it !== node);
    const left = rest.filter((it) => /^(leader|reachable)$/.test(standingOf(swarm, it, now))).length;
    return left * 2 > rest.length
      ? undefined
      : `${left} of the ${rest.length} other managers can be reached, not a majority`;
  };

  const drain = asManager(async (swarm, machine, { Path = '', Instance = '' }) => {
    for (const node of swarm.nodes.filter(({ instance }) => instance === Instance)) {
      if (Instance === machine.id) return refused(CANNOT_SAY, 'a node is drained by another one');
      const isManager = node.role === 'manager';
      const before = isManager ? needs(swarm, node) : undefined;
      if (before !== undefined) return refused(QUORUM_REFUSED, before);
      const { availability } = node;
      node.availability = 'drain';
      if (node.contact.there) await site.clock.sleep(SWARM_TIMES.drainMs);
      world.settle();
      const after = isManager ? needs(swarm, node) : undefined;
      if (after !== undefined) {
        node.availability = availability;
        return refused(QUORUM_REFUSED, after);
      }
      world.remove(swarm, node);
    }
    await forget(machine, Path, Instance);
    return DONE;
  });

  const tidy = asManager(async (swarm, machine, { Path = '', Nodes = '' }) => {
    const now = site.clock.now();
    const stays: string[] = [];
    for (const name of Nodes.split(' ')) {
      const node = swarm.nodes.find(({ id }) => id === name);
      if (node === undefined) continue;
      const state = statusOf(swarm, node, now);
      if (state !== 'down' && standingOf(swarm, node, now) !== 'unreachable') {
        stays.push(`${name} is ${state}, so it stays`);
        continue;
      }
      world.remove(swarm, node);
      await forget(machine, Path, node.instance);
    }
    return stays.length === 0 ? DONE : refused(1, stays.join('\n'));
  });

  const rotate = asManager(async (swarm, machine, { Path = '' }) => {
    swarm.tokens = newTokens(site);
    site.changed();
    await shareTokens(swarm, machine, Path);
    return DONE;
  });
  const shareTokens = async (swarm: Swarm, machine: Machine, path: string) => {
    const parameters = site.parameters(machine);
    await parameters.put(`${path}/manager-token`, swarm.tokens.manager);
    await parameters.put(`${path}/worker-token`, swarm.tokens.worker);
  };

  /** A new swarm of one manager, with the nodes and the id that it had. */
  const recover: AnswerDocument = async (machine, { Path = '' }) => {
    const parameters = site.parameters(machine);
    const id = await parameters.get(`${Path}/cluster`);
    const home = site.isUp(machine.id) ? world.homeOf(machine.id) : undefined;
    if (home === undefined || home.swarm.id !== id) return refused(CANNOT_SAY, 'is of another swarm');
    const { swarm, node } = home;
    const others = managersOf(swarm).filter((it) => it !== node && it.contact.there);
    if (swarm.leadership.kind === 'leads' && others.length > 0)
      return refused(1, 'the swarm has a leader: nothing to recover');
    swarm.nodes = swarm.nodes.filter((it) => it === node || it.role === 'worker');
    swarm.leadership = { kind: 'leads', leader: node.id, since: site.clock.now() };
    site.changed();
    await parameters.put(`${Path}/first`, machine.id, 'String');
    await parameters.put(`${Path}/managers/${machine.id}`, machine.address);
    await shareTokens(swarm, machine, Path);
    for (const instance of (await parameters.under(`${Path}/managers`)).keys())
      if (instance !== machine.id) await forget(machine, Path, instance);
    return DONE;
  };

  return {
    flavors: ['swarm/manager', 'swarm/worker'],
    documents: {
      'swarm-look': look,
      'swarm-drain': drain,
      'swarm-tidy': tidy,
      'swarm-rotate': rotate,
      'swarm-recover': recover,
    },
    boot: swarmBoot(world),
    settle: world.settle,
    truth: () => {
      world.settle();
      return world.all().map(swarmTruth);
    },
    snapshot: world.snapshot,
    restore: world.restore,
  };
};
