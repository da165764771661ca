import { GALERA_TIMES, type Galera, galeraTruth, isPrimary, settleGalera } from './galera-state.js';
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

const JOIN_LIMIT_MS = 900_000;

/** MariaDB with Galera: a primary component that goes on while most of the last one are together, and forgets the others by itself. */
export const galeraModel = (site: Site): SoftwareModel => {
  let all: Galera[] = [];
  /** The cluster of the data that a machine has; none when its server was stopped for good. */
  let data: Record<string, string> = {};

  const settle = () => {
    for (const galera of all) settleGalera(site, galera);
  };
  const byId = (id: string | undefined): Galera | undefined => {
    settle();
    return all.find((galera) => galera.id === id);
  };
  const isMember = ({ members }: Galera, id: string) => members.some(({ instance }) => instance === id);

  const found = async (machine: Machine, path: string): Promise<void> => {
    const parameters = site.parameters(machine);
    const isFirst =
      (await parameters.create(`${path}/first`, machine.id)) ||
      (await parameters.get(`${path}/first`)) === machine.id;
    if (!isFirst) throw new Error('another one founds the cluster');
    await site.clock.sleep(GALERA_TIMES.bootstrapMs);
    const id = data[machine.id] ?? site.random.id();
    if (byId(id) === undefined)
      all.push({ id, path, members: [{ instance: machine.id, address: machine.address }] });
    data[machine.id] = id;
    site.changed();
    await parameters.create(`${path}/cluster`, id);
  };

  const join = async ({ machine, isUnderWay }: Boot, galera: Galera): Promise<void> => {
    if (isMember(galera, machine.id)) return;
    const donor = galera.members.find(({ instance }) => site.isReachable(instance));
    if (!isPrimary(site, galera) || donor === undefined || galera.copy !== undefined)
      throw new Error('nobody to copy from');
    galera.copy = { donor: donor.instance, joiner: machine.id };
    await site.clock.sleep(GALERA_TIMES.copyMs + site.joinDelayMs());
    delete galera.copy;
    settle();
    if (!isPrimary(site, galera) || !isUnderWay() || !site.isReachable(machine.id))
      throw new Error('stopped meanwhile');
    data[machine.id] = galera.id;
    galera.members = [
      ...galera.members.filter(({ address }) => address !== machine.address),
      { instance: machine.id, address: machine.address },
    ];
    site.changed();
  };

  const boot = (run: Boot): Promise<void> => {
    const { Path: path = '' } = run.software.settings;
    return retryBoot(site, run, JOIN_LIMIT_MS, async () => {
      const id = await site.parameters(run.machine).get(`${path}/cluster`);
      const galera = byId(id);
      if (id === undefined) await found(run.machine, path);
      else if (galera !== undefined) await join(run, galera);
      else return 'again';
      return 'done';
    });
  };

  /** One that was left out while it was cut off comes back by itself, as soon as it hears of the others. */
  const comeBack = (galera: Galera, { id, address }: Machine) => {
    if (isMember(galera, id) || !isPrimary(site, galera) || !site.isReachable(id)) return;
    if (galera.members.some((member) => member.address === address)) return;
    galera.members.push({ instance: id, address });
    site.changed();
  };

  const look: AnswerDocument = async (machine, { Path = '' }) => {
    const galera = byId(data[machine.id]);
    if (galera === undefined || !site.isUp(machine.id)) {
      const founded = await site.parameters(machine).get(`${Path}/cluster`);
      const silent = refused(CANNOT_SAY, 'mariadbd does not run');
      return founded === undefined ? { ...silent, stdout: 'cluster none\n' } : silent;
    }
    comeBack(galera, machine);
    const primary = isPrimary(site, galera) && isMember(galera, machine.id);
    const seen = primary
      ? galera.members
      : galera.members.filter(({ instance }) => site.isReachable(instance));
    const feeds = galera.copy?.donor === machine.id;
    return said([
      `cluster ${galera.id}`,
      `status ${primary ? 'Primary' : 'non-Primary'}`,
      `state ${primary ? (feeds ? 'Donor/Desynced' : 'Synced') : 'Initialized'}`,
      `ready ${primary ? 'ON' : 'OFF'}`,
      ...seen.map(({ address }) => `member - ${address}`),
    ]);
  };

  /** Its server says goodbye and stops: the others need fewer for a majority then. */
  const drain: AnswerDocument = (machine, { Majority = '1' }) => {
    const galera = byId(data[machine.id]);
    const serves = galera !== undefined && site.isUp(machine.id) && isMember(galera, machine.id);
    if (serves && isPrimary(site, galera)) {
      const left = galera.members.length - 1;
      if (left < Number(Majority))
        return refused(QUORUM_REFUSED, `${left} members would be left, fewer than ${Majority}`);
      if (galera.copy?.donor === machine.id)
        return refused(QUORUM_REFUSED, 'a joining member copies its data');
      galera.members = galera.members.filter(({ instance }) => instance !== machine.id);
    }
    delete data[machine.id];
    site.changed();
    return DONE;
  };

  const recover: AnswerDocument = async (machine, { Path = '' }) => {
    const galera = byId(data[machine.id]);
    if (galera === undefined || !site.isUp(machine.id))
      return refused(1, 'cannot make a cluster of this member');
    if (!isPrimary(site, galera)) {
      await site.clock.sleep(GALERA_TIMES.bootstrapAgainMs);
      galera.members = galera.members.filter(({ instance }) => instance === machine.id);
      site.changed();
    }
    const parameters = site.parameters(machine);
    await parameters.put(`${Path}/cluster`, galera.id, 'String');
    await parameters.put(`${Path}/first`, machine.id, 'String');
    return DONE;
  };

  return {
    flavors: ['mysql'],
    documents: { 'mysql-look': look, 'mysql-drain': drain, 'mysql-recover': recover },
    boot,
    settle,
    truth: () => {
      settle();
      return all.map((galera) => galeraTruth(site, galera));
    },
    snapshot: () => ({ all, data }),
    restore: (state) => {
      ({ all, data } = state as { all: Galera[]; data: Record<string, string> });
      // Whoever copied begins again.
      for (const galera of all) delete galera.copy;
    },
  };
};
