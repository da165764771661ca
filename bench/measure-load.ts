import type { Figure, Measurement } from './figure.js';
import { churn } from './load/churn.js';
import { EVENT_LATENCY_MS, type Fleet, READ_LAG_MS, startFleet } from './load/fleet.js';
import { BUCKETS, LATENCY_MS } from './load/limit-calls.js';
import { loseZone } from './load/lose-zone.js';
import { type Metered, meter } from './load/meter.js';
import { quantile } from './load/quantile.js';
import type { Spell } from './load/watch-groups.js';
import { median } from './median.js';

const GROUPS = 1_000;
const SIZE = 20;
/** Of all instances, an hour. */
const CHURN = 0.05;
/** A whole day takes a quarter of an hour of CPU: `--hours 24`. */
const HOURS = 6;
const SEED = 1;
/** After the last loss every group is whole again. */
const SETTLE_HOURS = 0.5;

/** Many groups that lose instances all the time, and then a whole zone. */
export const measureLoad: Measurement = {
  name: 'load',
  title: `${GROUPS} groups of ${SIZE}, ${CHURN * 100}% lost an hour (virtual time)`,
  run: async ({ hours = HOURS }) => {
    const fleet = await startFleet({ groups: GROUPS, size: SIZE, seed: SEED });
    try {
      const harm = churn(fleet, GROUPS * SIZE * CHURN, hours, SEED);
      const metered = await meter(fleet, hours, (soFar) => void process.stderr.write(`load: ${soFar}\n`));
      await fleet.clock.advance(SETTLE_HOURS * 3_600_000);
      const whole = await wholeAndSaidSo(fleet);
      const spells = fleet.watch.spells.splice(0);
      const troubles = trouble(fleet, metered);
      const zone = await loseZone(fleet);
      return {
        figures: [
          ...divergence(spells),
          fairness(spells),
          {
            what: 'groups not whole half an hour after the last loss, or not said to be',
            value: GROUPS - whole,
            unit: 'groups',
            limit: { atMost: 0 },
            detail: `${harm.ended} ended, ${harm.interrupted} interrupted, ${harm.impaired} impaired in ${hours} hours`,
          },
          ...work(metered),
          ...troubles,
          ...cost(metered),
          ...zone,
        ],
        notes: NOTES,
      };
    } finally {
      await fleet.stop();
    }
  },
};

const secondsOf = (spells: readonly Spell[]): readonly number[] => spells.map(({ ms }) => ms / 1000);
const rounded = (value: number): number => Math.round(value * 10) / 10;

const divergence = (spells: readonly Spell[]): readonly Figure[] => {
  const failed = ({ losses }: Spell): number => losses.filter((loss) => loss === 'impaired').length;
  const ended = secondsOf(spells.filter((spell) => failed(spell) === 0));
  const impaired = secondsOf(spells.filter((spell) => failed(spell) === 1));
  const several = secondsOf(spells.filter((spell) => failed(spell) > 1));
  return [
    {
      what: 'divergent after ends and interruptions: p99',
      value: rounded(quantile(ended, 0.99)),
      unit: 's',
      limit: { atMost: 300 },
      detail: `p50 ${rounded(quantile(ended, 0.5))} s of ${ended.length}; 68 s of them are boot and status checks`,
    },
    {
      what: 'divergent after ends and interruptions: longest of any group',
      value: rounded(quantile(ended, 1)),
      unit: 's',
      limit: { atMost: 600 },
    },
    {
      what: 'divergent with one failed status check (Grace 10m): longest of any group',
      value: rounded(quantile(impaired, 1)),
      unit: 's',
      limit: { atMost: 1_200 },
      detail: `p50 ${rounded(quantile(impaired, 0.5))} s, p99 ${rounded(quantile(impaired, 0.99))} s of ${impaired.length}; 600 s of them are grace`,
    },
    {
      what: 'divergent with several failed checks, each with its own grace: longest of any group',
      value: rounded(quantile(several, 1)),
      unit: 's',
      detail: `${several.length} times`,
    },
  ];
};

/** Over single losses, so that a group that lost two at once is not taken for one that had to wait. */
const fairness = (spells: readonly Spell[]): Figure => {
  const times = new Map<string, number[]>();
  for (const { group, ms, losses } of spells) {
    if (losses.length !== 1 || losses[0] !== 'ended') continue;
    times.set(group, [...(times.get(group) ?? []), ms / 1000]);
  }
  const longest = [...times.values()].map((all) => quantile(all, 1));
  const middle = median(longest);
  return {
    what: 'the longest replacement of one ended, of the median group',
    value: rounded(quantile(longest, 1) / middle),
    unit: '×',
    limit: { atMost: 3 },
    detail: `of each of ${times.size} groups the longest: median ${rounded(middle)} s, most ${rounded(quantile(longest, 1))} s`,
  };
};

const work = ({ calls, store, wakes, hours }: Metered): readonly Figure[] => {
  const groupHours = GROUPS * hours;
  const service = (name: string): Figure => ({
    what: `${name} calls a group and hour`,
    value: rounded(calls.total(name) / groupHours),
    unit: 'calls',
    detail: calls.named(name),
  });
  return [
    { ...service('EC2'), limit: { atMost: 60 } },
    service('SQS'),
    service('EventBridge'),
    {
      what: 'calls of the table a group and hour',
      value: rounded(store.calls / groupHours),
      unit: 'calls',
      detail: `${store.calls} in all`,
    },
    {
      what: 'passes a group and hour',
      value: rounded(store.passes / groupHours),
      unit: 'passes',
      limit: { atMost: 20 },
      detail: `${store.passes} passes of ${wakes} wakes`,
    },
  ];
};

const trouble = (fleet: Fleet, { store, refused }: Metered): readonly Figure[] => {
  const throttled = [...refused.values()].reduce((sum, count) => sum + count, 0);
  const named = [...refused].map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    {
      what: 'conditional writes refused',
      value: store.conflicts,
      unit: 'writes',
      detail: `a wake or a command came first; ${store.busy} leases found held; ${store.calls} calls of the table`,
    },
    {
      what: 'leases lost to another pass',
      value: store.lostLeases + store.takenOver,
      unit: 'leases',
      limit: { atMost: 0 },
    },
    {
      what: 'wakes in the dead-letter queue, and runs that failed',
      value: fleet.buried() + fleet.failures.length,
      unit: '',
      limit: { atMost: 0 },
      detail: fleet.failures.slice(0, 2).join('; '),
    },
    {
      what: "calls refused by the account's limits",
      value: throttled,
      unit: 'calls',
      detail: named,
    },
  ];
};

const cost = (metered: Metered): readonly Figure[] => [
  {
    what: 'CPU of a virtual hour, the emulators included',
    value: rounded(metered.cpuSeconds / metered.hours),
    unit: 's CPU',
    limit: { atMost: 120 },
    detail: `${Math.round(metered.cpuSeconds)} s in all`,
  },
  {
    what: 'most memory: heap in use',
    value: Math.round(metered.peakHeapMegabytes),
    unit: 'MB',
    limit: { atMost: 1_500 },
    detail: `resident ${Math.round(metered.peakRssMegabytes)} MB: all functions, their table and the cloud in one process`,
  },
];

/** Groups that the cloud's books show whole, when Holdfast says the same of each. */
const wholeAndSaidSo = async (fleet: Fleet): Promise<number> => {
  const { Groups } = await fleet.call('Group.List', {});
  const said = Groups.filter((group) => group.Converged).length;
  return Math.min(said, GROUPS - fleet.watch.divergent());
};

const NOTES: readonly string[] = [
  `The load: each group in three zones, one in ten of spot instances; losses at seeded random times, one in twenty by failed status checks, half of the spot ones after a warning, the first event of one in fifty ends lost; every two hours one zone has no room for 20 minutes. Assumed: ${LATENCY_MS.describe} ms a describe of EC2, ${LATENCY_MS.change} ms a launch or an end, ${LATENCY_MS.store} ms a call of the table, of SQS and EventBridge, reads of EC2 ${READ_LAG_MS / 1000} s late, events ${EVENT_LATENCY_MS / 1000} s late, boot 8 s, status checks 60 s.`,
  `The load's account has EC2's limits unless raised: ${BUCKETS.RunInstances.holds} RunInstances and ${BUCKETS.RunInstances.refillsPerSecond} a second, ${BUCKETS.TerminateInstances.holds} and ${BUCKETS.TerminateInstances.refillsPerSecond} TerminateInstances, ${BUCKETS.describe.holds} and ${BUCKETS.describe.refillsPerSecond} of each describe. A refused call is tried once more within half a second, as the SDK does.`,
  "The load's divergence is read in the cloud's own books, never in the ledger: a group is whole while exactly as many instances as declared are there and all of them run and have passed their status checks. Its targets: a loss that EC2 tells is made good within five minutes for 99 of 100, of which boot and checks take 68 s and a sweep that finds what no event told up to 60 s; twice that for the longest; Grace and as much again for failed checks; no group waits three times as long as the median one. After the loss of a zone the account's two launches a second are what takes time, tries in the full zone included; twice that leaves room for waits after a refusal, which come by luck so that groups do not return together.",
];
