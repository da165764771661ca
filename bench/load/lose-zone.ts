import type { Figure } from '../figure.js';
import type { Fleet } from './fleet.js';
import { BUCKETS } from './limit-calls.js';
import { meter } from './meter.js';
import { quantile } from './quantile.js';

const ZONE = 'eu-west-1a';
const OUT_HOURS = 2;

/** A zone with a third of all instances ends at one moment, and has no room for two hours. */
export const loseZone = async (fleet: Fleet): Promise<readonly Figure[]> => {
  const lost = fleet.watch.soundIn(ZONE);
  const launched = fleet.cloud.ec2.books.all().length;
  fleet.faults.add({ kind: 'no-capacity', zone: ZONE, forMs: OUT_HOURS * 3_600_000 });
  for (const id of lost) fleet.cloud.ec2.others.terminate(id);
  const metered = await meter(fleet, OUT_HOURS);
  const spells = fleet.watch.spells.map(({ ms }) => ms / 1000);
  const groups = new Set(fleet.watch.spells.map(({ group }) => group)).size;
  const launches = metered.calls.named('EC2');
  return [
    {
      what: `a zone lost, ${lost.length} instances: until the last group is whole`,
      value: Math.round(quantile(spells, 1)),
      unit: 's',
      limit: { atMost: 3_600 },
      detail: `p50 ${Math.round(quantile(spells, 0.5))} s, p99 ${Math.round(quantile(spells, 0.99))} s of ${groups} groups; ${metered.store.passes} passes; ${launches}`,
    },
    {
      what: 'a zone lost: groups not whole after two hours',
      value: fleet.watch.divergent(),
      unit: 'groups',
      limit: { atMost: 0 },
      detail: `${fleet.cloud.ec2.books.all().length - launched} launched for ${lost.length} lost; at ${BUCKETS.RunInstances.refillsPerSecond} launches a second`,
    },
  ];
};
