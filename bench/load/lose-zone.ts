import { countCalls } from '../count-calls.js';
import type { Figure } from '../figure.js';
import { median } from '../median.js';
import type { Fleet } from './fleet.js';
import { BUCKETS } from './limit-calls.js';
import { quantile } from './quantile.js';

const ZONE = 'eu-west-1a';
const OUT_MS = 6 * 3_600_000;
const STEP_MS = 5 * 60_000;

/** A zone with a third of all instances ends at one moment, and has no room while the fleet is made whole elsewhere. */
export const loseZone = async (fleet: Fleet): Promise<readonly Figure[]> => {
  const { clock, cloud, failures, faults, store, watch } = fleet;
  const lost = watch.soundIn(ZONE);
  const counted = countCalls(cloud.callLog);
  const runInstances = () => cloud.callLog.total({ service: 'EC2', operation: 'RunInstances' });
  const [before, passes] = [runInstances(), store.passes];
  const [buried, failed] = [fleet.buried(), failures.length];
  const started = clock.now();
  faults.add({ kind: 'no-capacity', zone: ZONE, forMs: OUT_MS });
  for (const id of lost) cloud.ec2.others.terminate(id);
  while (watch.divergent() > 0 && clock.now() < started + OUT_MS) await clock.advance(STEP_MS);
  const ends = watch.spells.map(({ from, ms }) => (from + ms - started) / 1000);
  const launches = runInstances() - before;
  const named = counted().named('EC2');
  const last = quantile(ends, 1);
  const floor = launches / BUCKETS.RunInstances.refillsPerSecond;
  return [
    {
      what: `a zone lost, ${lost.length} instances at once: until the last group is whole, of what the account's limit of RunInstances takes`,
      value: Math.round((last / floor) * 100) / 100,
      unit: '×',
      limit: { atMost: 2 },
      detail: `${Math.round(last)} s, limit alone ${Math.round(floor)} s; ${store.passes - passes} passes; ${named}`,
    },
    {
      what: 'a zone lost: the last group whole, of the median one',
      value: Math.round((last / median(ends)) * 100) / 100,
      unit: '×',
      limit: { atMost: 3 },
      detail: `p50 ${Math.round(median(ends))} s, p99 ${Math.round(quantile(ends, 0.99))} s`,
    },
    {
      what: 'a zone lost: groups not whole while it was out',
      value: watch.divergent(),
      unit: 'groups',
      limit: { atMost: 0 },
    },
    {
      what: 'a zone lost: wakes in the dead-letter queue',
      value: fleet.buried() - buried,
      unit: 'wakes',
      limit: { atMost: 0 },
    },
    {
      what: "a zone lost: runs that failed, since passes use up the account's limits",
      value: failures.length - failed,
      unit: 'runs',
      detail: namesOf(failures.slice(failed)),
    },
  ];
};

/** How often each function failed; a failure begins with its function's name. */
const namesOf = (failures: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const failure of failures) {
    const name = failure.slice(0, failure.indexOf(':'));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
};
