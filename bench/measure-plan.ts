import { specParser } from '../lib/config/spec-parser.js';
import type { GroupRecord } from '../lib/core/group-record.js';
import type { Revision } from '../lib/core/group-spec.js';
import { configHash, groupId, instanceId, specHash } from '../lib/core/ids.js';
import type { InstanceRecord } from '../lib/core/instance.js';
import { newGroup } from '../lib/core/new-group.js';
import type { Plan } from '../lib/core/plan.js';
import { planGroup } from '../lib/core/plan-group.js';
import { flavorRegistry } from '../lib/flavors/index.js';
import { cpuOf } from './cpu.js';
import { cattle } from './documents.js';
import type { Figure, Measurement } from './figure.js';
import { median } from './median.js';

const INSTANCES = 10_000;
const WARM_UPS = 5;
const RUNS = 9;
const NOW = Date.UTC(2026, 10, 22, 12);
const HOUR_MS = 3_600_000;

/** CPU of one decision over a very large group. */
export const measurePlan: Measurement = {
  name: 'plan',
  title: `planGroup over ${INSTANCES} instances`,
  run: async () => ({
    figures: [
      await figure('all healthy', INSTANCES, () => ({})),
      await figure('one in ten unhealthy, gone, absent or outdated', INSTANCES, troubled),
      await figure('half of them surplus', INSTANCES / 2, () => ({})),
    ],
    notes: [
      `planGroup: median of ${RUNS} runs in one process after ${WARM_UPS} that warm it up; CPU of the compiler's and the collector's threads included.`,
    ],
  }),
};

const figure = async (
  name: string,
  declared: number,
  change: (index: number) => Partial<InstanceRecord>,
): Promise<Figure> => {
  const revision = revisionOf(declared);
  const group = groupOf(revision);
  const members = Array.from({ length: INSTANCES }, (_, index) => memberOf(revision, index, change(index)));
  const runs: number[] = [];
  let plan: Plan | undefined;
  for (let run = 0; run < WARM_UPS + RUNS; run += 1) {
    runs.push(
      await cpuOf(() => {
        plan = planGroup(group, revision, { members, foreign: [] }, NOW);
      }),
    );
  }
  const warm = runs.slice(WARM_UPS);
  return {
    what: name,
    value: median(warm),
    unit: 'ms CPU',
    limit: { below: 50 },
    detail: `${plan?.actions.length} actions, ${plan?.undone.length} undone; ${Math.round(Math.min(...warm))} to ${Math.round(Math.max(...warm))} in ${RUNS} runs; the very first ${Math.round(runs[0] ?? 0)}`,
  };
};

const revisionOf = (size: number): Revision => {
  const parser = specParser(flavorRegistry());
  const { ID, Properties } = cattle('big', size);
  const parsed = parser.group(ID, Properties);
  if (!parsed.ok) throw new Error(`the bench's own group is wrong: ${JSON.stringify(parsed.issues)}`);
  const stored = {
    id: parsed.value.spec.id,
    properties: parsed.value.properties,
    pins: { images: {}, subnets: [] },
  };
  return parser.revision(stored, specHash('spec-1'), 1);
};

const groupOf = (revision: Revision): GroupRecord =>
  newGroup(
    groupId('big'),
    {
      number: 1,
      specHash: revision.specHash,
      configHash: revision.spec.configHash,
      at: NOW - HOUR_MS,
      origin: 'api',
    },
    NOW,
  );

const memberOf = (revision: Revision, index: number, change: Partial<InstanceRecord>): InstanceRecord => ({
  id: instanceId(`i-${index.toString(16).padStart(17, '0')}`),
  state: 'running',
  configHash: revision.spec.configHash,
  launchedAt: NOW - HOUR_MS,
  zone: `eu-west-1${'abc'[index % 3]}`,
  subnet: `subnet-${(index % 3) + 1}`,
  instanceType: 't3.small',
  health: 'healthy',
  healthReason: 'status checks pass',
  healthSince: NOW - HOUR_MS,
  everHealthy: true,
  destroyedByUs: false,
  untagged: false,
  failureCounted: false,
  ...change,
});

const TROUBLES: readonly Partial<InstanceRecord>[] = [
  { health: 'unhealthy', healthReason: 'instance status check impaired', healthSince: NOW - HOUR_MS / 2 },
  { state: 'terminated', goneAt: NOW - 60_000 },
  { absentSince: NOW - 30_000 },
  { configHash: configHash('an-older-config') },
];

/** Spread evenly, each trouble in its turn. */
const troubled = (index: number): Partial<InstanceRecord> =>
  index % 10 === 0 ? (TROUBLES[(index / 10) % TROUBLES.length] ?? {}) : {};
