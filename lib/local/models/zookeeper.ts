import { decides, type Ensemble, ensembles, leads, type Member } from './ensembles.js';
import { type ElectionTimes, majorityOf } from './leadership.js';
import {
  type AnswerDocument,
  type Boot,
  CANNOT_SAY,
  DONE,
  type Machine,
  QUORUM_REFUSED,
  refused,
  retryBoot,
  type Site,
  type SoftwareModel,
  said,
} from './machine.js';

/** What ZooKeeper 3.8.0 took, in milliseconds. Of equals the highest id wins an election. */
const ELECTION: ElectionTimes = { electionMs: 430, returnMs: 1_500, wins: 'highest' };
const TIMES = { startMs: 1_500, reconfigureMs: 700, catchUpMs: 1_000 };
const JOIN_LIMIT_MS = 3_600_000;

/** A ZooKeeper ensemble by dynamic reconfiguration: the first server founds it alone, the others are added when they have all data. */
export const zookeeperModel = (site: Site): SoftwareModel => {
  const world = ensembles(site, 'zookeeper', ELECTION);

  /** Takes a server id for the address, for good. */
  const claim = async (machine: Machine, path: string, addresses: readonly string[]): Promise<string> => {
    const parameters = site.parameters(machine);
    const claims = await parameters.under(`${path}/ids`);
    const own = [...claims].find(([, address]) => address === machine.address)?.[0];
    if (own !== undefined) return own;
    const place = String(addresses.indexOf(machine.address) + 1);
    const highest = Math.max(addresses.length, ...[...claims.keys()].map(Number));
    const name = place === '0' || claims.has(place) ? String(highest + 1) : place;
    if (!(await parameters.create(`${path}/ids/${name}`, machine.address))) throw new Error('id taken');
    return name;
  };

  const found = async (machine: Machine, path: string, name: string): Promise<void> => {
    const parameters = site.parameters(machine);
    const isFirst =
      (await parameters.create(`${path}/first`, machine.id)) ||
      (await parameters.get(`${path}/first`)) === machine.id;
    if (!isFirst) throw new Error('another server founds the ensemble');
    if ((await parameters.get(`${path}/manager-token`)) === undefined)
      await parameters.put(`${path}/manager-token`, site.random.id());
    const id = world.diskOf(machine.id)?.ensemble ?? site.random.id().slice(0, 8);
    if (world.byId(id) === undefined) {
      world.setUp(machine.id, { ensemble: id, name, done: false });
      world.found(path, id, { name, instance: machine.id, address: machine.address });
    }
    await parameters.create(`${path}/cluster`, id);
    await site.clock.sleep(TIMES.startMs);
  };

  /** One step: a predecessor out, the server started, the server added. @throws to be tried again. */
  const join = async ({ machine, isUnderWay }: Boot, ensemble: Ensemble, name: string): Promise<void> => {
    const isOwn = (member: Member) => member.name === name || member.address === machine.address;
    const listed = ensemble.members.find(isOwn);
    if (listed?.instance === machine.id && listed.votes) return;
    if (listed !== undefined && world.diskOf(machine.id) === undefined) {
      await site.clock.sleep(TIMES.reconfigureMs);
      world.remove(ensemble, listed);
      throw new Error('took the machine before this one out');
    }
    if (world.diskOf(machine.id) === undefined) {
      if (!decides(ensemble)) throw new Error('no server serves');
      world.setUp(machine.id, { ensemble: ensemble.id, name, done: false });
      await site.clock.sleep(TIMES.startMs + TIMES.catchUpMs + site.joinDelayMs());
    }
    await site.clock.sleep(TIMES.reconfigureMs);
    if (!isUnderWay() || !site.isReachable(machine.id)) throw new Error('stopped meanwhile');
    world.add(ensemble, { name, instance: machine.id, address: machine.address, votes: true });
  };

  const boot = async (run: Boot): Promise<void> => {
    const { machine, software } = run;
    const { Path: path = '', Addresses = '' } = software.settings;
    if (world.diskOf(machine.id)?.done) return;
    const addresses = Addresses.split(' ');
    await retryBoot(site, run, JOIN_LIMIT_MS, async () => {
      const parameters = site.parameters(machine);
      const name = await claim(machine, path, addresses);
      const id = await parameters.get(`${path}/cluster`);
      const isFounder = id !== undefined && world.diskOf(machine.id)?.ensemble === id;
      const ensemble = world.byId(id);
      if (id === undefined) await found(machine, path, name);
      else if (ensemble !== undefined) await join(run, ensemble, name);
      else if (!isFounder) return 'again';
      await parameters.put(`${path}/managers/${machine.id}`, machine.address);
      const disk = world.diskOf(machine.id);
      if (disk) world.setUp(machine.id, { ...disk, done: true });
      return 'done';
    });
  };

  /** What the server on a machine would serve; `undefined` when it was never set up. */
  const serverOn = (machine: Machine, path: string | undefined) => {
    const disk = world.diskOf(machine.id);
    const ensemble = world.homeOf(machine.id);
    if (disk === undefined || ensemble === undefined || ensemble.path !== path) return undefined;
    const serves = site.isUp(machine.id) && decides(ensemble);
    const votes = ensemble.members.some(({ instance, votes: has }) => instance === machine.id && has);
    return { disk, ensemble, serves, mode: modeOf(ensemble, disk.name, votes) };
  };

  const look: AnswerDocument = (machine, { Path }) => {
    const server = serverOn(machine, Path);
    if (server === undefined) return refused(CANNOT_SAY, 'not set up as a member of this ensemble yet');
    const { disk, ensemble, serves, mode } = server;
    const shown = site.isUp(machine.id) ? 'none' : 'down';
    return said([
      `mode ${serves ? mode : shown}`,
      `self ${disk.name}`,
      ...(serves
        ? ensemble.members.map(
            (it) => `server ${it.name} ${it.address} ${it.votes ? 'participant' : 'observer'}`,
          )
        : []),
    ]);
  };

  const serving = ({ members }: Ensemble, without: Member): readonly [number, number] => {
    const voters = members.filter((it) => it !== without && it.votes);
    return [voters.filter(({ instance }) => site.isReachable(instance)).length, voters.length];
  };

  const drain: AnswerDocument = async (machine, { Path, Address, Members = '0' }) => {
    const server = serverOn(machine, Path);
    if (server === undefined) return refused(QUORUM_REFUSED, 'not set up as a member of this ensemble');
    const { ensemble } = server;
    if (!server.serves)
      return refused(QUORUM_REFUSED, 'does not serve, so that nothing can be said about its quorum');
    const leaving = ensemble.members.find(({ address }) => address === Address);
    if (leaving === undefined) return DONE;
    const [left, listed] = serving(ensemble, leaving);
    const declared = Number(Members);
    const majority = Math.max(majorityOf(listed), declared > 2 ? majorityOf(declared) : 0);
    if (left < majority) {
      const why = `without ${Address} ${left} would serve, fewer than the majority of ${majority}`;
      return refused(QUORUM_REFUSED, why);
    }
    await site.clock.sleep(TIMES.reconfigureMs);
    return attempt(() => world.remove(ensemble, leaving));
  };

  const tidy: AnswerDocument = async (machine, { Path, Servers = '' }) => {
    const server = serverOn(machine, Path);
    if (server === undefined) return refused(CANNOT_SAY, 'not set up as a member of this ensemble');
    for (const one of Servers.split(' ')) {
      const [name, address] = one.split('=');
      const gone = server.ensemble.members.find((it) => it.name === name && it.address === address);
      if (gone === undefined || site.isReachable(gone.instance)) continue;
      await site.clock.sleep(TIMES.reconfigureMs);
      const outcome = attempt(() => world.remove(server.ensemble, gone));
      if (outcome !== DONE) return outcome;
    }
    return DONE;
  };

  const recover: AnswerDocument = async (machine, { Path = '' }) => {
    const server = serverOn(machine, Path);
    if (server === undefined) return refused(CANNOT_SAY, 'not set up as a member of this ensemble');
    if (!server.serves) {
      await site.clock.sleep(TIMES.startMs);
      world.shrinkTo(server.ensemble, machine);
    }
    await site.parameters(machine).put(`${Path}/first`, machine.id, 'String');
    return DONE;
  };

  return {
    flavors: ['zookeeper'],
    documents: {
      'zookeeper-look': look,
      'zookeeper-drain': drain,
      'zookeeper-tidy': tidy,
      'zookeeper-recover': recover,
    },
    boot,
    settle: world.settle,
    truth: world.truth,
    snapshot: world.snapshot,
    restore: world.restore,
  };
};

/** A server that is in no configuration any more still says that it follows. */
const modeOf = (ensemble: Ensemble, name: string, votes: boolean): string => {
  if (leads(ensemble, name)) return 'leader';
  const isListed = ensemble.members.some((it) => it.name === name);
  return votes || !isListed ? 'follower' : 'observer';
};

const attempt = (change: () => void) => {
  try {
    change();
    return DONE;
  } catch (error) {
    return refused(1, error instanceof Error ? error.message : String(error));
  }
};
