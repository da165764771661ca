import { type ElectionTimes, type Leadership, leadershipAt } from './leadership.js';
import type { ClusterTruth, Machine, Site } from './machine.js';

/** A line of an ensemble's configuration. Plain JSON. */
export interface Member {
  /** As the software names it. */
  readonly name: string;
  readonly instance: string;
  readonly address: string;
  votes: boolean;
}

/** Members that decide by majority. Plain JSON. */
export interface Ensemble {
  readonly id: string;
  readonly path: string;
  members: Member[];
  leadership: Leadership;
}

/** What a machine has on its disk: the ensemble that it was set up for, whatever the ensemble says. */
export interface Disk {
  readonly ensemble: string;
  /** Its own name in it. */
  readonly name: string;
  /** The boot script has come to its good end: it is not run again. */
  done: boolean;
}

/** All ensembles of one software. */
export interface Ensembles {
  readonly site: Site;
  /** Notes who came and went. */
  settle(): void;
  /** The ensemble that lives under a path now, by the id that is written there. */
  byId(id: string | undefined): Ensemble | undefined;
  diskOf(instance: string): Disk | undefined;
  setUp(instance: string, disk: Disk): void;
  /** The ensemble that a machine was set up for, as it is now. */
  homeOf(instance: string): Ensemble | undefined;
  found(path: string, id: string, member: Omit<Member, 'votes'>): Ensemble;
  /** @throws when there is no leader to decide it. */
  add(ensemble: Ensemble, member: Member): void;
  /** @throws when there is no leader to decide it. */
  promote(ensemble: Ensemble, member: Member): void;
  /** @throws when there is no leader to decide it. */
  remove(ensemble: Ensemble, member: Member): void;
  /** An ensemble of this machine alone, with the data that it has. */
  shrinkTo(ensemble: Ensemble, machine: Machine): void;
  truth(): readonly ClusterTruth[];
  snapshot(): unknown;
  restore(state: unknown): void;
}

export const decides = ({ leadership }: Ensemble): boolean => leadership.kind === 'leads';

export const leads = ({ leadership }: Ensemble, name: string): boolean =>
  leadership.kind === 'leads' && leadership.leader === name;

export const ensembles = (site: Site, software: string, times: ElectionTimes): Ensembles => {
  let all: Ensemble[] = [];
  let disks: Record<string, Disk> = {};

  const isThere = ({ instance }: Member): boolean => site.isReachable(instance);
  const settleOne = (ensemble: Ensemble) => {
    const members = ensemble.members.filter(({ votes }) => votes);
    // The only one that decides needs no network for it.
    const voters = members.map((member) => ({
      name: member.name,
      reachable: members.length === 1 ? site.isUp(member.instance) : isThere(member),
    }));
    ensemble.leadership = leadershipAt(ensemble.leadership, voters, site.clock.now(), times);
  };
  const settle = () => {
    for (const ensemble of all) settleOne(ensemble);
  };
  const byId = (id: string | undefined) => {
    settle();
    return all.find((ensemble) => ensemble.id === id);
  };
  /** By the word of the leader, as it is now. */
  const decide = (ensemble: Ensemble, change: () => void) => {
    settleOne(ensemble);
    if (!decides(ensemble)) throw new Error(`${software}: there is no leader to decide this`);
    change();
    settleOne(ensemble);
    site.changed();
  };

  return {
    site,
    settle,
    byId,
    diskOf: (instance) => disks[instance],
    setUp: (instance, disk) => {
      disks[instance] = disk;
      site.changed();
    },
    homeOf: (instance) => byId(disks[instance]?.ensemble),
    found: (path, id, member) => {
      const ensemble: Ensemble = {
        id,
        path,
        members: [{ ...member, votes: true }],
        leadership: { kind: 'leads', leader: member.name, since: site.clock.now() },
      };
      all.push(ensemble);
      site.changed();
      return ensemble;
    },
    add: (ensemble, member) => decide(ensemble, () => void ensemble.members.push(member)),
    promote: (ensemble, member) =>
      decide(ensemble, () => {
        member.votes = true;
      }),
    remove: (ensemble, member) =>
      decide(ensemble, () => {
        ensemble.members = ensemble.members.filter((it) => it !== member);
        // A leader that is taken out hands over at once.
        const next = ensemble.members.find((it) => it.votes && isThere(it));
        if (next && ensemble.leadership.kind === 'leads' && ensemble.leadership.leader === member.name)
          ensemble.leadership = { ...ensemble.leadership, leader: next.name };
      }),
    shrinkTo: (ensemble, machine) => {
      const survivor = ensemble.members.find(({ instance }) => instance === machine.id);
      if (survivor === undefined) throw new Error(`${machine.id} is no member`);
      survivor.votes = true;
      ensemble.members = [survivor];
      ensemble.leadership = { kind: 'leads', leader: survivor.name, since: site.clock.now() };
      site.changed();
    },
    truth: () => {
      settle();
      return all.map((ensemble) => ({
        software,
        id: ensemble.id,
        decides: decides(ensemble),
        members: ensemble.members.map((member) => ({
          name: member.name,
          instance: member.instance,
          votes: member.votes,
          reachable: isThere(member),
          leader: leads(ensemble, member.name),
        })),
      }));
    },
    snapshot: () => ({ all, disks }),
    restore: (state) => {
      ({ all, disks } = state as { all: Ensemble[]; disks: Record<string, Disk> });
    },
  };
};
