import type { Instant } from '../../core/ids.js';
import { decides, type Ensemble, ensembles, leads } from './ensembles.js';
import {
  type AnswerDocument,
  type Boot,
  CANNOT_SAY,
  DONE,
  type Machine,
  QUORUM_LOST,
  QUORUM_REFUSED,
  refused,
  retryBoot,
  type Site,
  type SoftwareModel,
  said,
} from './machine.js';

/** etcd's own; the rest are assumptions from Kubernetes' documents: a node is Unknown 40 s after it was last heard of. */
const ELECTION = { electionMs: 2_200, returnMs: 120 };
const TIMES = { initMs: 15_000, joinMs: 8_000, unknownMs: 40_000, drainMs: 4_000, electionMs: 2_000 };
const JOIN_LIMIT_MS = 1_200_000;

type Role = 'manager' | 'worker';

/** A line of `kubectl get nodes`. A node has its instance's id as name. Plain JSON. */
interface Node {
  readonly name: string;
  readonly cluster: string;
  readonly role: Role;
  cordoned: boolean;
  awaySince?: Instant;
}

/** Kubernetes by kubeadm: a control plane with an etcd on each, and nodes that the node controller calls Unknown when they are silent. */
export const kubernetesModel = (site: Site): SoftwareModel => {
  const world = ensembles(site, 'kubernetes', ELECTION);
  let nodes: Node[] = [];
  let tokens: Record<string, string> = {};

  const settle = () => {
    world.settle();
    for (const node of nodes) {
      if (site.isReachable(node.name)) delete node.awaySince;
      else node.awaySince ??= site.clock.now();
    }
  };
  const nodesOf = ({ id }: Ensemble) => nodes.filter(({ cluster }) => cluster === id);
  const memberOn = ({ members }: Ensemble, id: string) => members.find(({ instance }) => instance === id);
  const enter = ({ id: cluster }: Ensemble, { id: name }: Machine, role: Role) => {
    nodes.push({ name, cluster, role, cordoned: false });
    world.setUp(name, { ensemble: cluster, name, done: true });
  };
  const share = async ({ id }: Ensemble, machine: Machine, path: string) => {
    const token = site.random.id();
    tokens[id] = token;
    await site.parameters(machine).put(`${path}/manager-token`, `${token} hash key`);
    await site.parameters(machine).put(`${path}/worker-token`, `${token} hash`);
  };
  const announce = (machine: Machine, path: string) =>
    site.parameters(machine).put(`${path}/managers/${machine.id}`, machine.address);

  const found = async (machine: Machine, path: string): Promise<void> => {
    const parameters = site.parameters(machine);
    const isFirst =
      (await parameters.create(`${path}/first`, machine.id)) ||
      (await parameters.get(`${path}/first`)) === machine.id;
    if (!isFirst) throw new Error('another one founds the cluster');
    let ensemble = world.homeOf(machine.id);
    if (ensemble === undefined) {
      await site.clock.sleep(TIMES.initMs);
      const name = hexId(site);
      ensemble = world.found(path, site.random.id(), {
        name,
        instance: machine.id,
        address: machine.address,
      });
      enter(ensemble, machine, 'manager');
    }
    await share(ensemble, machine, path);
    await announce(machine, path);
    await parameters.create(`${path}/cluster`, ensemble.id);
  };

  const join = async ({ machine, isUnderWay }: Boot, ensemble: Ensemble, role: Role, path: string) => {
    const parameters = site.parameters(machine);
    const [token] = ((await parameters.get(`${path}/${role}-token`)) ?? '').split(' ');
    const managers = [...(await parameters.under(`${path}/managers`)).keys()];
    if (!managers.some((id) => site.isReachable(id) && memberOn(ensemble, id)))
      throw new Error('no API server answers');
    await site.clock.sleep(TIMES.joinMs + site.joinDelayMs());
    settle();
    if (!decides(ensemble) || token !== tokens[ensemble.id]) throw new Error('the token is not taken');
    if (!isUnderWay() || !site.isReachable(machine.id)) throw new Error('stopped meanwhile');
    const member = { name: hexId(site), instance: machine.id, address: machine.address, votes: true };
    if (role === 'manager') world.add(ensemble, member);
    enter(ensemble, machine, role);
    if (role === 'manager') await announce(machine, path);
  };

  const boot = async (run: Boot): Promise<void> => {
    const { machine, software } = run;
    const path = software.settings.Path ?? '';
    const role: Role = software.flavor === 'kubernetes/manager' ? 'manager' : 'worker';
    await retryBoot(site, run, JOIN_LIMIT_MS, async () => {
      const id = await site.parameters(machine).get(`${path}/cluster`);
      const ensemble = world.byId(id);
      if (world.diskOf(machine.id) !== undefined && id !== undefined) return 'done';
      if (id === undefined && role === 'manager') await found(machine, path);
      else if (ensemble !== undefined) await join(run, ensemble, role, path);
      else return 'again';
      return 'done';
    });
  };

  /** Answers on a node of the control plane whose API server has a quorum. */
  const asManager =
    (
      answer: (
        ensemble: Ensemble,
        machine: Machine,
        values: Readonly<Record<string, string>>,
      ) => ReturnType<AnswerDocument>,
    ): AnswerDocument =>
    async (machine, values) => {
      settle();
      const ensemble = world.homeOf(machine.id);
      const founded = await site.parameters(machine).get(`${values.Path}/cluster`);
      if (ensemble === undefined || ensemble.path !== values.Path)
        return {
          ...refused(CANNOT_SAY, 'has not joined this cluster'),
          stdout: founded === undefined ? 'cluster none\n' : '',
        };
      if (!site.isUp(machine.id) || memberOn(ensemble, machine.id) === undefined)
        return refused(CANNOT_SAY, 'is not of the control plane, or its API server does not answer');
      if (ensemble.leadership.kind === 'electing') await site.clock.sleep(TIMES.electionMs);
      settle();
      if (ensemble.leadership.kind === 'lost') return refused(QUORUM_LOST, 'etcd has no leader');
      if (!decides(ensemble)) return refused(CANNOT_SAY, 'its API server does not answer');
      return answer(ensemble, machine, values);
    };

  const stateOf = ({ awaySince }: Node): string =>
    awaySince !== undefined && site.clock.now() >= awaySince + TIMES.unknownMs ? 'Unknown' : 'Ready';
  const look = asManager((ensemble) =>
    said([
      ...nodesOf(ensemble).map((node) => {
        const role = node.role === 'manager' ? 'control-plane' : 'worker';
        return `node ${node.name} ${node.name} ${role} ${stateOf(node)} ${node.cordoned ? 'cordoned' : 'schedulable'}`;
      }),
      ...ensemble.members.map((member) => {
        const state = leads(ensemble, member.name) ? 'leader' : 'follower';
        const shown = site.isReachable(member.instance) ? state : 'unreachable';
        return `member ${member.name} ${member.address} voter ${member.instance} ${shown}`;
      }),
    ]),
  );

  /** Out of etcd, the list of nodes and the parameters. */
  const takeOut = async (ensemble: Ensemble, machine: Machine, path: string, name: string) => {
    const member = memberOn(ensemble, name) ?? ensemble.members.find((it) => it.name === name);
    if (member !== undefined) world.remove(ensemble, member);
    nodes = nodes.filter((node) => node.cluster !== ensemble.id || node.name !== name);
    site.changed();
    await site.parameters(machine).delete(`${path}/managers/${member?.instance ?? name}`);
  };

  const drain = asManager(async (ensemble, machine, { Path = '', Instance = '' }) => {
    if (Instance === machine.id) return refused(CANNOT_SAY, 'a node is drained by another one');
    const rest = ensemble.members.filter(({ instance }) => instance !== Instance);
    const left = rest.filter(({ instance }) => site.isReachable(instance)).length;
    if (memberOn(ensemble, Instance) !== undefined && left * 2 <= rest.length)
      return refused(
        QUORUM_REFUSED,
        `${left} of the ${rest.length} other members of etcd answer, not a majority`,
      );
    const node = nodesOf(ensemble).find(({ name }) => name === Instance);
    if (node !== undefined) node.cordoned = true;
    if (site.isReachable(Instance)) await site.clock.sleep(TIMES.drainMs);
    await takeOut(ensemble, machine, Path, Instance);
    return DONE;
  });

  const tidy = asManager(async (ensemble, machine, { Path = '', Nodes = '' }) => {
    const stays: string[] = [];
    for (const name of Nodes.split(' ')) {
      const node = nodesOf(ensemble).find((it) => it.name === name);
      const isThere = (node !== undefined && stateOf(node) === 'Ready') || site.isReachable(name);
      if (isThere) stays.push(`${name} is still there, so it stays`);
      else await takeOut(ensemble, machine, Path, name);
    }
    return stays.length === 0 ? DONE : refused(1, stays.join('\n'));
  });

  const rotate = asManager(async (ensemble, machine, { Path = '' }) => {
    await share(ensemble, machine, Path);
    return DONE;
  });

  return {
    flavors: ['kubernetes/manager', 'kubernetes/worker'],
    documents: {
      'kubernetes-look': look,
      'kubernetes-drain': drain,
      'kubernetes-tidy': tidy,
      'kubernetes-rotate': rotate,
    },
    boot,
    settle,
    truth: world.truth,
    snapshot: () => ({ world: world.snapshot(), nodes, tokens }),
    restore: (state) => {
      const kept = state as { world: unknown; nodes: Node[]; tokens: Record<string, string> };
      world.restore(kept.world);
      ({ nodes, tokens } = kept);
    },
  };
};

const hexId = ({ random }: Pick<Site, 'random'>): string =>
  random.id().replaceAll('-', '').slice(0, 16).replace(/^0+/, '');
