import { countCalls, unitsText } from './count-calls.js';
import { cattle } from './documents.js';
import type { Figure, Measurement } from './figure.js';
import { type Plane, startPlane } from './plane.js';

interface Case {
  readonly name: string;
  readonly harm: (plane: Plane, instance: string) => void;
  readonly mostCalls: number;
  /** Virtual time within which a replacement is asked for. */
  readonly withinMs: number;
}

const SIZE = 10;
const CASES: readonly Case[] = [
  {
    name: 'one of 10 vanished',
    harm: (plane, instance) => plane.cloud.ec2.others.terminate(instance),
    mostCalls: 3,
    withinMs: 50_000,
  },
  {
    name: 'one of 10 unhealthy (Grace 10m)',
    harm: (plane, instance) => plane.cloud.ec2.others.impair(instance),
    mostCalls: 5,
    withinMs: 15 * 60_000,
  },
];

/** Calls to heal a group that lost one. */
export const measureHeal: Measurement = {
  name: 'heal',
  title: 'To heal a converged group',
  run: async () => {
    const figures: Figure[] = [];
    for (const one of CASES) figures.push(...(await measure(one)));
    return { figures, notes: [] };
  },
};

const measure = async ({ name, harm, mostCalls, withinMs }: Case): Promise<readonly Figure[]> => {
  const plane = await startPlane();
  try {
    await plane.commit([cattle('web', SIZE)]);
    await plane.converge();
    await plane.toMinute(5_000);
    const sweep = (principal: string) => principal === plane.principal('sweep');
    const passes = (principal: string) => !sweep(principal) && principal !== plane.principal('group-api');
    const [first] = plane.cloud.ec2.instances();
    if (first === undefined) throw new Error('no instance to harm');
    const counted = countCalls(plane.cloud.callLog);
    const started = plane.clock.now();
    harm(plane, first.id);
    await plane.clock.runUntil(() => plane.cloud.ec2.instances().length > SIZE, { limitMs: withinMs });
    const asked = counted();
    const seconds = (plane.clock.now() - started) / 1000;
    await plane.converge();
    const healed = counted();
    return [
      {
        what: `${name}: EC2 calls until the replacement is accepted`,
        value: asked.total('EC2', passes),
        unit: 'calls',
        limit: { atMost: mostCalls },
        detail: `${asked.named('EC2', passes)}; the sweep ${asked.total('EC2', sweep)} more`,
      },
      {
        what: `${name}: other calls until then`,
        value: asked.total('DynamoDB', passes) + asked.total('SQS', passes),
        unit: 'calls',
        detail: `SQS ${asked.total('SQS', passes)}, DynamoDB ${asked.total('DynamoDB', passes)}; ${unitsText(asked.units(passes))}; ${seconds} s of virtual time`,
      },
      {
        what: `${name}: EC2 calls until converged again`,
        value: healed.total('EC2', passes),
        unit: 'calls',
        detail: healed.named('EC2', passes),
      },
    ];
  } finally {
    await plane.stop();
  }
};
