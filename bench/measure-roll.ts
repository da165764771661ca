import { memoryGroupStore, memoryTable } from '../lib/local/memory-store.js';
import { unitsText } from './count-calls.js';
import type { Figure, Limit, Measurement } from './figure.js';
import { floorSeconds, type Roll, rollOnce, type Watching } from './roll.js';

const BOOT_SECONDS = 60;
const DRAIN_SECONDS = 10;
const SLOW = { bootSeconds: BOOT_SECONDS, drainSeconds: DRAIN_SECONDS };
const INSTANT = { bootSeconds: 0, drainSeconds: 0 };

/** Instances, `MaxUnavailable`, and what that comes to: a percentage rounds down, to one at least. */
const GROUPS: readonly (readonly [number, number | string, number])[] = [
  [10, 1, 1],
  [10, '10%', 1],
  [10, '25%', 2],
  [100, 1, 1],
  [100, '10%', 10],
  [100, '25%', 25],
  [300, 1, 1],
  [300, '10%', 30],
  [300, '25%', 75],
];
const OTHER_BOOTS = [15, 20, 30, 45, 80, 90, 120, 180];

/** Time and calls of rolling updates. */
export const measureRoll: Measurement = {
  name: 'roll',
  title: 'To roll a group (virtual time)',
  run: async () => {
    const figures: Figure[] = [];
    for (const [size, maxUnavailable, atOnce] of GROUPS)
      figures.push(await timeOf({ size, maxUnavailable, ...SLOW }, atOnce));
    figures.push(await otherBoots());
    figures.push(await instantly(10, 25, 110), await instantly(100, 250, 1_013));
    figures.push(
      ...(await callsOf('10 one at a time, no boot', 1, INSTANT, { atMost: 45 }, 78)),
      ...(await callsOf(`10 one at a time, boot ${BOOT_SECONDS} s`, 1, SLOW, { atMost: 65 }, 78)),
      ...(await callsOf('10, MaxUnavailable 5, no boot', 5, INSTANT, { atMost: 20 })),
      ...(await callsOf(`10, MaxUnavailable 5, boot ${BOOT_SECONDS} s`, 5, SLOW, { atMost: 20 })),
    );
    return { figures, notes: NOTES };
  },
};

const NOTES = [
  `A roll's floor: (1 + ⌈(n − 1) / MaxUnavailable⌉) × (drain + boot). The first replacement goes alone, then come batches of as many as may be unavailable; each batch is drained, launched in the place of what was ended, and healthy after its boot. Boot ${BOOT_SECONDS} s from the launch until the status checks pass, drain ${DRAIN_SECONDS} s by a command on the instance; "no boot" is a cloud that does both in no time. Calls take no time, so what exceeds the floor is how late a check finds what is healthy: later ones come when the first ones had found it so.`,
  "A roll's EC2 calls, but the sweep's: the commit reads the members and tries the launch without effect, the first and the last pass look, and each batch is one DescribeInstances, one TerminateInstances, one RunInstances, and DescribeInstanceStatus for each health check of all its new instances together. So they grow with the batches, not with the instances, and a boot costs only the checks that come before it is known: the first comes at an age that the group's members needed, the next halve what is left.",
];

/** A store in memory, so that time is spent on Holdfast and not on the emulator of DynamoDB. */
const inMemory = (): Watching<undefined> => {
  const table = memoryTable();
  return {
    adapt: (runtime) => ({ ...runtime, store: memoryGroupStore({ table }) }),
    watch: () => () => undefined,
  };
};

const timeOf = async (roll: Roll, atOnce: number): Promise<Figure> => {
  const { seconds, calls } = await rollOnce(roll, inMemory());
  const floor = floorSeconds(roll, atOnce);
  return {
    what: `${roll.size} instances, MaxUnavailable ${roll.maxUnavailable}: time, of its floor`,
    value: seconds / floor,
    unit: '×',
    limit: { atMost: 1.1 },
    detail: `${seconds} s, floor ${floor} s; ${calls.total('EC2', (it) => !it.endsWith('-sweep'))} EC2 calls`,
  };
};

const otherBoots = async (): Promise<Figure> => {
  const ratios: { readonly boot: number; readonly ratio: number }[] = [];
  for (const boot of OTHER_BOOTS) {
    const roll = { size: 10, maxUnavailable: 1, bootSeconds: boot, drainSeconds: DRAIN_SECONDS };
    const { seconds } = await rollOnce(roll, inMemory());
    ratios.push({ boot, ratio: seconds / floorSeconds(roll, 1) });
  }
  return {
    what: '10 one at a time, other boots: the longest, of its floor',
    value: Math.max(...ratios.map(({ ratio }) => ratio)),
    unit: '×',
    detail: ratios.map(({ boot, ratio }) => `boot ${boot} s: ${ratio.toFixed(2)}`).join(', '),
  };
};

const instantly = async (size: number, mostSeconds: number, infrakit: number): Promise<Figure> => {
  const { seconds } = await rollOnce({ size, maxUnavailable: 1, ...INSTANT }, inMemory());
  return {
    what: `${size} one at a time, no boot: time`,
    value: seconds,
    unit: 's',
    limit: { atMost: mostSeconds },
    infrakit,
  };
};

const callsOf = async (
  name: string,
  maxUnavailable: number,
  cloud: Pick<Roll, 'bootSeconds' | 'drainSeconds'>,
  limit: Limit,
  infrakit?: number,
): Promise<readonly Figure[]> => {
  const rolled = await rollOnce(
    { size: 10, maxUnavailable, ...cloud },
    { watch: (plane) => () => (principal: string) => principal !== plane.principal('sweep') },
  );
  const { calls, seen: notSweep } = rolled;
  const others = ['DynamoDB', 'SQS', 'EventBridge', 'SSM', 'SFN', 'Lambda'];
  const counts = others.map((service) => ({ service, calls: calls.total(service, notSweep) }));
  return [
    {
      what: `${name}: EC2 calls`,
      value: calls.total('EC2', notSweep),
      unit: 'calls',
      limit,
      ...(infrakit === undefined ? {} : { infrakit }),
      detail: calls.named('EC2', notSweep),
    },
    {
      what: `${name}: other calls`,
      value: counts.reduce((sum, count) => sum + count.calls, 0),
      unit: 'calls',
      detail: `${counts.map((count) => `${count.service} ${count.calls}`).join(', ')}; ${unitsText(calls.units(notSweep))}`,
    },
  ];
};
