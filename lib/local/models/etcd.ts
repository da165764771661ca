import { decides, type Ensemble, ensembles, leads, type Member } from './ensembles.js';
import { type ElectionTimes, majorityOf } from './leadership.js';
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

/** What etcd 3.4.23 took, in milliseconds. */
const ELECTION: ElectionTimes = { electionMs: 2_200, returnMs: 120 };
const TIMES = { startMs: 650, promoteMs: 5_400, changeMs: 200, recoverMs: 5_000 };
/** The unit that runs it tries for ever. */
const JOIN_LIMIT_MS = 24 * 3_600_000;

/** etcd: the first member founds the cluster alone, every other one joins as a learner and is promoted when it has all data. */
export const etcdModel = (site: Site): SoftwareModel => {
  const world = ensembles(site, 'etcd', ELECTION);
  const newId = () => site.random.id().replaceAll('-', '').slice(0, 16).replace(/^0+/, '');

  const found = async (machine: Machine, path: string): Promise<void> => {
    const parameters = site.parameters(machine);
    const isFirst =
      (await parameters.create(`${path}/first`, machine.id)) ||
      (await parameters.get(`${path}/first`)) === machine.id;
    if (!isFirst) throw new Error('another member founds the cluster');
    await site.clock.sleep(TIMES.startMs);
    const disk = world.diskOf(machine.id) ?? { ensemble: newId(), name: newId(), done: false };
    if (world.byId(disk.ensemble) === undefined) {
      world.setUp(machine.id, disk);
      world.found(path, disk.ensemble, { name: disk.name, instance: machine.id, address: machine.address });
    }
    await parameters.create(`${path}/cluster`, disk.ensemble);
  };

  /** Who else is listed at the same address is gone: EC2 gives it to one only. */
  const join = async ({ machine, isUnderWay }: Boot, ensemble: Ensemble): Promise<void> => {
    if (world.diskOf(machine.id) === undefined) {
      for (const stale of ensemble.members.filter(({ address }) => address === machine.address))
        world.remove(ensemble, stale);
      await site.clock.sleep(TIMES.changeMs);
      if (ensemble.members.some(({ votes }) => !votes)) throw new Error('too many learners');
      const name = newId();
      world.add(ensemble, { name, instance: machine.id, address: machine.address, votes: false });
      world.setUp(machine.id, { ensemble: ensemble.id, name, done: false });
    }
    await site.clock.sleep(TIMES.promoteMs + site.joinDelayMs());
    const own = memberOn(ensemble, machine.id);
    if (own === undefined) return;
    if (!isUnderWay() || !site.isReachable(machine.id)) throw new Error('stopped meanwhile');
    world.promote(ensemble, own);
  };

  const boot = (run: Boot): Promise<void> => {
    const { machine, software } = run;
    const { Path: path = '' } = software.settings;
    return retryBoot(site, run, JOIN_LIMIT_MS, async () => {
      if (world.diskOf(machine.id)?.done) return 'done';
      const id = await site.parameters(machine).get(`${path}/cluster`);
      const ensemble = world.byId(id);
      if (id === undefined) await found(machine, path);
      else if (ensemble !== undefined) await join(run, ensemble);
      else return 'again';
      const disk = world.diskOf(machine.id);
      if (disk) world.setUp(machine.id, { ...disk, done: true });
      return 'done';
    });
  };

  /** The member that runs on a machine of the cluster under a path, or why none can answer. */
  const memberAt = async (machine: Machine, path: string) => {
    const ensemble = world.homeOf(machine.id);
    const founded = await site.parameters(machine).get(`${path}/cluster`);
    if (ensemble === undefined && founded === undefined)
      return { ...refused(CANNOT_SAY, 'has not begun'), stdout: 'unfounded\nend 1\n' };
    if (ensemble === undefined || !site.isUp(machine.id)) return refused(CANNOT_SAY, 'has not begun');
    if (ensemble.id !== founded)
      return refused(CANNOT_SAY, `is in cluster ${ensemble.id}, and its group's is ${founded}`);
    const own = memberOn(ensemble, machine.id);
    return own === undefined ? refused(CANNOT_SAY, 'was taken out of the cluster') : { ensemble, own };
  };

  const stateOf = (ensemble: Ensemble, member: Member): string => {
    if (!decides(ensemble) || !site.isReachable(member.instance)) return 'unreachable';
    return leads(ensemble, member.name) ? 'leader' : 'follower';
  };
  const look: AnswerDocument = async (machine, { Path = '' }) => {
    const at = await memberAt(machine, Path);
    if ('exitCode' in at) return at;
    const { ensemble, own } = at;
    const why = own.votes ? 'no leader' : 'a learner';
    const told = said([
      `self ${own.name}`,
      decides(ensemble) && own.votes ? 'health true' : `health false ${why}`,
      ...ensemble.members.map(
        (it) => `member ${it.name} ${it.address} ${it.votes ? 'voter' : 'learner'} ${stateOf(ensemble, it)}`,
      ),
    ]);
    if (decides(ensemble) || !own.votes) return told;
    return { ...told, exitCode: QUORUM_LOST, stderr: 'holdfast: has no leader, and no voter reads\n' };
  };

  /** As a voter that reads through a quorum; others keep all as it is. */
  const asReader =
    (
      act: (ensemble: Ensemble, values: Readonly<Record<string, string>>) => ReturnType<AnswerDocument>,
    ): AnswerDocument =>
    async (machine, values) => {
      const at = await memberAt(machine, values.Path ?? '');
      if ('exitCode' in at || !decides(at.ensemble) || !at.own.votes)
        return refused(
          QUORUM_REFUSED,
          'does not read through a quorum here, so that nothing can be said of it',
        );
      await site.clock.sleep(TIMES.changeMs);
      return act(at.ensemble, values);
    };

  const drain = asReader((ensemble, { Instance = '', Least = '1' }) => {
    const leaving = memberOn(ensemble, Instance);
    if (leaving === undefined) return DONE;
    if (leaving.votes) {
      const rest = ensemble.members.filter((it) => it !== leaving && it.votes);
      const serving = rest.filter(({ instance }) => site.isReachable(instance)).length;
      const majority = majorityOf(rest.length);
      if (serving < majority) {
        const left = `${serving} of ${rest.length} voters would serve, fewer than the majority of ${majority}`;
        return refused(QUORUM_REFUSED, `without ${Instance} ${left}`);
      }
      if (serving < Number(Least) && site.isReachable(Instance))
        return refused(
          QUORUM_REFUSED,
          `without ${Instance} ${serving} voters would serve, fewer than ${Least}`,
        );
    }
    world.remove(ensemble, leaving);
    return DONE;
  });

  const tidy = asReader((ensemble, { Members = '' }) => {
    for (const name of Members.split(' ')) {
      const member = ensemble.members.find((it) => it.name === name);
      if (member === undefined) continue;
      if (site.isReachable(member.instance) && member.votes)
        return refused(QUORUM_REFUSED, `${name} (${member.address}) serves`);
      world.remove(ensemble, member);
    }
    return DONE;
  });

  const recover: AnswerDocument = async (machine, { Path = '' }) => {
    const at = await memberAt(machine, Path);
    if ('exitCode' in at) return refused(QUORUM_REFUSED, 'is no member');
    if (decides(at.ensemble)) return DONE;
    await site.clock.sleep(TIMES.recoverMs);
    const { name } = at.own;
    const next = world.found(Path, newId(), { name, instance: machine.id, address: machine.address });
    world.setUp(machine.id, { ensemble: next.id, name, done: true });
    await site.parameters(machine).put(`${Path}/cluster`, next.id, 'String');
    return DONE;
  };

  return {
    flavors: ['etcd'],
    documents: { 'etcd-look': look, 'etcd-drain': drain, 'etcd-tidy': tidy, 'etcd-recover': recover },
    boot,
    settle: world.settle,
    truth: world.truth,
    snapshot: world.snapshot,
    restore: world.restore,
  };
};

const memberOn = ({ members }: Ensemble, id: string): Member | undefined =>
  members.find(({ instance }) => instance === id);
