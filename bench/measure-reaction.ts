import type { DescribeInstancesResult } from '@aws-sdk/client-ec2';
import { cattle, pets } from './documents.js';
import type { Figure, Measurement } from './figure.js';
import { type Plane, startPlane } from './plane.js';
import { tapClient } from './tap-client.js';

/** Virtual time from the loss of an instance to the RunInstances call for its replacement. */
export const measureReaction: Measurement = {
  name: 'reaction',
  title: 'From a loss to the RunInstances call (virtual time)',
  run: async () => ({
    figures: [
      await afterEvent(0),
      await afterEvent(2_000),
      await worstLag(),
      await withoutEvent('cattle'),
      await withoutEvent('pet'),
      await absent(),
    ],
    notes: [
      'Reaction: calls take no time, events and queues deliver at once; what is measured is what Holdfast itself waits for. Without events the loss comes 1 ms after a sweep, the worst moment.',
    ],
  }),
};

const afterEvent = async (lagMs: number): Promise<Figure> => ({
  what: `event, reads ${lagMs === 0 ? 'without lag' : `lag ${lagMs / 1000} s`}`,
  value: (await react(lagMs)) / 1000,
  unit: 's',
  limit: { atMost: 1 + lagMs / 1000 },
});

/** Lags between the moments at which a pass looks again. */
const LAGS_MS = [250, 500, 1_000, 1_500, 2_500, 3_000, 4_000, 5_000, 7_000];

const worstLag = async (): Promise<Figure> => {
  const plane = await lossyPlane('cattle');
  try {
    const results: { readonly lagMs: number; readonly late: number }[] = [];
    for (const lagMs of LAGS_MS) results.push({ lagMs, late: (await reactIn(plane, lagMs)) - lagMs });
    const worst = results.reduce((a, b) => (b.late > a.late ? b : a));
    return {
      what: 'event, lags of 0.25 to 7 s: longest beyond the lag',
      value: worst.late / 1000,
      unit: 's',
      limit: { atMost: 1 },
      detail: results.map(({ lagMs, late }) => `lag ${lagMs / 1000}: +${late / 1000}`).join(', '),
    };
  } finally {
    await plane.stop();
  }
};

const react = async (lagMs: number): Promise<number> => {
  const plane = await lossyPlane('cattle');
  try {
    return await reactIn(plane, lagMs);
  } finally {
    await plane.stop();
  }
};

const lossyPlane = async (kind: 'cattle' | 'pet'): Promise<Plane> => {
  const plane = await startPlane();
  await plane.commit([kind === 'cattle' ? cattle('web', 3) : pets('ledger', ['10.0.1.20', '10.0.1.21'])]);
  await plane.converge();
  await plane.toMinute(5_000);
  return plane;
};

/** Ends one instance under lag and converges again. @returns milliseconds until the launch was asked for. */
const reactIn = async (plane: Plane, lagMs: number): Promise<number> => {
  const lag = lagMs > 0 ? plane.faults.add({ kind: 'read-lag', ms: lagMs }) : undefined;
  const took = await untilLaunch(plane, () => plane.cloud.ec2.others.terminate(aRunningOne(plane)));
  if (lag !== undefined) plane.faults.remove(lag);
  await plane.converge();
  await plane.toMinute(5_000);
  return took;
};

const aRunningOne = (plane: Plane): string => {
  const found = plane.cloud.ec2.instances().find(({ state }) => state === 'running');
  if (found === undefined) throw new Error('no running instance');
  return found.id;
};

const untilLaunch = async (
  plane: Plane,
  lose: () => void,
  from?: () => number | undefined,
): Promise<number> => {
  const asked = () => plane.cloud.callLog.total({ operation: 'RunInstances' });
  const before = asked();
  const lost = plane.clock.now();
  lose();
  await plane.clock.runUntil(() => asked() > before, { limitMs: 15 * 60_000 });
  return plane.clock.now() - (from?.() ?? lost);
};

/** A cattle place is free when EC2 says shutting-down; a pet's address when EC2 says terminated. */
const withoutEvent = async (kind: 'cattle' | 'pet'): Promise<Figure> => {
  const plane = await lossyPlane(kind);
  try {
    plane.faults.add({ kind: 'events', how: 'never' });
    if (kind === 'pet') plane.faults.add({ kind: 'slow-shutdown', ms: 1 });
    let terminated: number | undefined;
    plane.cloud.ec2.onEnd(() => {
      terminated = plane.clock.now();
    });
    await plane.toMinute(1);
    const took = await untilLaunch(
      plane,
      () => plane.cloud.ec2.others.terminate(aRunningOne(plane)),
      kind === 'pet' ? () => terminated : undefined,
    );
    return {
      what: `no event: ${kind}, from EC2 saying ${kind === 'pet' ? 'terminated' : 'shutting-down'}`,
      value: took / 1000,
      unit: 's',
      limit: { atMost: 75 },
    };
  } finally {
    await plane.stop();
  }
};

const absent = async (): Promise<Figure> => {
  const plane = await lossyPlane('cattle');
  try {
    await plane.toMinute(1);
    const hidden = aRunningOne(plane);
    const took = await untilLaunch(plane, () => hide(plane, hidden));
    return {
      what: 'no event: EC2 no longer shows it at all',
      value: took / 1000,
      unit: 's',
      limit: { atMost: 140 },
    };
  } finally {
    await plane.stop();
  }
};

/** Leaves an instance out of every answer, by tags and by id. */
const hide = (plane: Plane, instance: string): void => {
  for (const name of ['sweep', 'reconcile'] as const) {
    tapClient(plane.cloud.clients(plane.principal(name)).ec2, async ({ operation }, next) => {
      const answer = await next();
      if (operation !== 'DescribeInstances') return answer;
      const { Reservations = [], ...rest }: DescribeInstancesResult = answer.output;
      const left = Reservations.map((reservation) => ({
        ...reservation,
        Instances: reservation.Instances?.filter(({ InstanceId }) => InstanceId !== instance) ?? [],
      }));
      return { ...answer, output: { ...rest, Reservations: left } };
    });
  }
};
