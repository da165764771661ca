import type { Instant } from '../../core/ids.js';
import type { ClusterTruth, Site } from './machine.js';

/** What MariaDB 10.11 with Galera 26.4 took, in milliseconds. */
export const GALERA_TIMES = {
  bootstrapMs: 600,
  copyMs: 7_000,
  evictMs: 6_200,
  bootstrapAgainMs: 2_000,
} as const;

/** A member of the last primary component. Plain JSON, like all of it. */
export interface GaleraMember {
  readonly instance: string;
  readonly address: string;
  /** Since when the others do not hear of it. */
  awaySince?: Instant;
}

export interface Galera {
  readonly id: string;
  readonly path: string;
  /** The last primary component: its majority goes on without the rest, and what is left is the next. */
  members: GaleraMember[];
  /** Who feeds a joining member, and who is fed. */
  copy?: { readonly donor: string; readonly joiner: string };
}

/** Whether most of the last component are together. */
export const isPrimary = (site: Pick<Site, 'isReachable' | 'isUp'>, { members }: Galera): boolean => {
  const [only] = members;
  if (members.length === 1 && only) return site.isUp(only.instance);
  return members.filter(({ instance }) => site.isReachable(instance)).length * 2 > members.length;
};

/** Notes who came and went, and leaves out whom the others have not heard of for long enough. */
export const settleGalera = (site: Site, galera: Galera): void => {
  const now = site.clock.now();
  for (const member of galera.members) {
    if (site.isReachable(member.instance)) delete member.awaySince;
    else member.awaySince ??= now;
  }
  const isOut = ({ awaySince }: GaleraMember) =>
    awaySince !== undefined && now >= awaySince + GALERA_TIMES.evictMs;
  if (isPrimary(site, galera) && galera.members.length > 1)
    galera.members = galera.members.filter((member) => !isOut(member));
};

export const galeraTruth = (site: Site, galera: Galera): ClusterTruth => ({
  software: 'mysql',
  id: galera.id,
  decides: isPrimary(site, galera),
  members: galera.members.map(({ instance, address }) => ({
    name: address,
    instance,
    votes: true,
    reachable: site.isReachable(instance),
    leader: false,
  })),
});
