import type { SpecDocument } from '../lib/app/api-types.js';
import { type Calls, countCalls, unitsText } from './count-calls.js';
import { cattle, pets } from './documents.js';
import type { Figure, Measurement } from './figure.js';
import { startPlane } from './plane.js';

interface Case {
  readonly name: string;
  readonly spec: SpecDocument;
  readonly size: number;
  readonly mostCalls?: number;
  readonly infrakit?: number;
}

const CASES: readonly Case[] = [
  { name: '10 cattle', spec: cattle('web', 10), size: 10, mostCalls: 3, infrakit: 21 },
  { name: '100 cattle', spec: cattle('web', 100), size: 100, mostCalls: 3, infrakit: 201 },
  {
    name: '3 pets in one subnet',
    spec: pets('ledger', ['10.0.1.20', '10.0.1.21', '10.0.1.22']),
    size: 3,
  },
];

/** Calls to converge a new group: until every launch is accepted, and until it is healthy. */
export const measureConverge: Measurement = {
  name: 'converge',
  title: 'To converge a new group',
  run: async () => ({
    figures: (await inTurn(CASES, measure)).flat(),
    notes: [
      'Calls to converge and to heal are counted from 5 s after a sweep. The sweep runs each minute whatever happens; what it calls is listed "at rest" and counted here only where a line says so.',
    ],
  }),
};

const inTurn = async <In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> => {
  const results: Out[] = [];
  for (const item of items) results.push(await work(item));
  return results;
};

const measure = async ({ name, spec, size, mostCalls, infrakit }: Case): Promise<readonly Figure[]> => {
  const plane = await startPlane();
  try {
    await plane.toMinute(5_000);
    const counted = countCalls(plane.cloud.callLog);
    const started = plane.clock.now();
    await plane.commit([spec]);
    await plane.clock.runUntil(() => plane.cloud.ec2.instances().length === size, { limitMs: 50_000 });
    const accepted = counted();
    const later = countCalls(plane.cloud.callLog);
    await plane.converge();
    const converged = later();
    const seconds = (plane.clock.now() - started) / 1000;
    const sweep = (principal: string) => principal === plane.principal('sweep');
    // The API is asked by the bench, to see how far it is.
    const passes = (principal: string) => !sweep(principal) && principal !== plane.principal('group-api');
    return [
      {
        what: `${name}: EC2 calls until every launch is accepted`,
        value: accepted.total('EC2'),
        unit: 'calls',
        ...(mostCalls === undefined ? {} : { limit: { atMost: mostCalls } }),
        ...(infrakit === undefined ? {} : { infrakit }),
        detail: accepted.named('EC2'),
      },
      ...others(name, accepted),
      {
        what: `${name}: EC2 calls from then until converged`,
        value: converged.total('EC2', passes),
        unit: 'calls',
        detail: `${converged.named('EC2', passes)}; the sweep ${converged.total('EC2', sweep)} more`,
      },
      {
        what: `${name}: other calls from then until converged`,
        value: converged.total('DynamoDB', passes) + converged.total('SQS', passes),
        unit: 'calls',
        detail: `SQS ${converged.total('SQS', passes)}, DynamoDB ${converged.total('DynamoDB', passes)}; ${unitsText(converged.units(passes))}`,
      },
      { what: `${name}: virtual time until converged`, value: seconds, unit: 's' },
    ];
  } finally {
    await plane.stop();
  }
};

const others = (name: string, calls: Calls): readonly Figure[] => [
  {
    what: `${name}: other calls until then`,
    value: calls.total('SSM') + calls.total('SQS') + calls.total('DynamoDB'),
    unit: 'calls',
    detail: `SSM ${calls.total('SSM')}, SQS ${calls.total('SQS')}, DynamoDB ${calls.total('DynamoDB')}; ${unitsText(calls.units())}`,
  },
];
