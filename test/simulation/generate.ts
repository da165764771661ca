import type { Json } from '../../lib/core/json.js';
import type { FaultRule } from '../../lib/local/fault-rule.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import { type Dice, dice } from './dice.js';
import { faultsOf } from './generate-faults.js';
import type { Action, PlaneName, Step, Story, Wanted } from './story.js';

/** A group of a story, as it was wanted last. */
interface Cast {
  readonly plane: PlaneName;
  readonly group: string;
  wanted: Wanted;
  destroyed: boolean;
}

const MINUTE_MS = 60_000;
/** Between things that happen because of each other. */
const MOST_BETWEEN_MS = 2_000;

/** The story of a seed: who is there, what they want, and what goes wrong, all of it decided beforehand. */
export const storyOf = (seed: number): Story => {
  const luck = dice(seededRandom(seed * 7919 + 13));
  const models = luck.chance(0.3);
  const casts = castsOf(luck, models);
  const steps: Step[] = casts.map((cast) => ({
    at: luck.upTo(20_000),
    do: luck.chance(0.15) ? 'upload' : 'commit',
    plane: cast.plane,
    group: cast.group,
    wanted: cast.wanted,
  }));
  const lengthMs = luck.from(6, 20) * MINUTE_MS;
  // Some stories are about users, some about machines, some about calls: a little of everything finds little.
  const weights = {
    user: luck.upTo(10) + 1,
    machine: luck.upTo(10),
    fault: luck.upTo(10) + 1,
    operator: luck.upTo(3),
  };
  const temper = temperOf(luck);
  const count = luck.from(4, 22);
  const times = Array.from({ length: count }, () => 20_000 + luck.upTo(lengthMs)).sort((a, b) => a - b);
  for (const time of times) {
    let at = time;
    for (const action of actionsOf(luck, casts, weights, temper)) {
      steps.push({ at, ...action });
      at += luck.upTo(MOST_BETWEEN_MS);
    }
  }
  const rules = steps.flatMap((step) => (step.do === 'fault' ? [step.rule] : []));
  return { seed, skewMs: luck.chance(0.3) ? 5_000 : 0, lagMs: lagOf(rules), models, steps };
};

const lagOf = (rules: readonly FaultRule[]): number =>
  Math.max(0, ...rules.map((rule) => (rule.kind === 'read-lag' || rule.kind === 'stale-read' ? rule.ms : 0)));

const castsOf = (luck: Dice, models: boolean): Cast[] => {
  const cast = (plane: PlaneName, group: string, wanted: Wanted): Cast => ({
    plane,
    group,
    wanted,
    destroyed: false,
  });
  const web = cast('one', 'web', {
    kind: luck.one(['cattle', 'spread']),
    size: luck.from(1, 6),
    version: 0,
    ...more(luck),
  });
  const api = cast('one', 'api', { kind: 'cattle', size: luck.from(1, 4), version: 0, ...more(luck) });
  const theirs = cast('two', 'web', { kind: 'cattle', size: luck.from(1, 3), version: 0 });
  const pets = cast('one', 'db', { kind: 'pets', size: luck.from(1, 4), version: 0, ...more(luck) });
  const quorum = cast('one', 'quorum', {
    kind: luck.one(['swarm', 'etcd', 'zookeeper']),
    size: 3,
    version: 0,
    repair: { Grace: '2m' },
  });
  const theirPets = cast('two', 'db', { kind: 'pets', size: luck.from(1, 2), version: 0 });
  return [
    web,
    ...(luck.chance(0.5) ? [theirs] : []),
    ...(models ? [quorum] : luck.chance(0.6) ? [pets] : []),
    ...(luck.chance(0.2) ? [theirPets] : []),
    ...(luck.chance(0.2) ? [api] : []),
  ];
};

const more = (luck: Dice): Pick<Wanted, 'updating' | 'repair' | 'spot'> => {
  const repair: Record<string, Json> = { Grace: luck.one(['30s', '1m', '3m']) };
  if (luck.chance(0.2)) repair.LaunchFirst = true;
  return {
    repair,
    ...(luck.chance(0.7) ? { updating: updatingOf(luck) } : {}),
    ...(luck.chance(0.15) ? { spot: true as const } : {}),
  };
};

const updatingOf = (luck: Dice): { readonly [key: string]: Json } => {
  const updating: Record<string, Json> = { HealthTimeout: luck.one(['2m', '5m']), DrainTimeout: '1m' };
  const surge = luck.one<Json>([0, 0, 1, 2, '50%']);
  updating.MaxSurge = surge;
  updating.MaxUnavailable = surge === 0 ? luck.one<Json>([1, 1, 2, '40%']) : luck.one<Json>([0, 1, '30%']);
  if (luck.chance(0.2)) updating.Duration = luck.one(['10s', '40s']);
  else if (luck.chance(0.3)) updating.Count = luck.from(1, 3);
  if (luck.chance(0.3)) updating.OnFailure = luck.one(['pause', 'rollback', 'continue']);
  if (luck.chance(0.2)) updating.MaxFailures = luck.from(0, 2);
  if (luck.chance(0.2)) updating.Bake = '1m';
  if (luck.chance(0.15)) updating.Canary = { Size: 1, Bake: '30s' };
  if (luck.chance(0.15)) updating.Checkpoints = [{ At: '50%', Wait: luck.one(['1m', 'approval']) }];
  if (luck.chance(0.1)) updating.Deadline = '15m';
  if (luck.chance(0.1)) updating.Strategy = 'opportunistic';
  return updating;
};

interface Weights {
  readonly user: number;
  readonly machine: number;
  readonly fault: number;
  readonly operator: number;
}

const actionsOf = (
  luck: Dice,
  casts: readonly Cast[],
  weights: Weights,
  temper: readonly FaultRule['kind'][],
): readonly Action[] => {
  const who = luck.weighted(weights);
  const cast = luck.one(casts);
  switch (who) {
    case 'user':
      return [commandOf(luck, cast)];
    case 'machine':
      return mishapsOf(luck, cast);
    case 'fault':
      if (luck.chance(0.12)) return [{ do: 'freeze-process', ms: luck.from(5, 70) * 1000 }];
      return [...faultsOf(luck, temper).map((rule): Action => ({ do: 'fault', rule })), ...onTop(luck, cast)];
    case 'operator':
      return [operationOf(luck, cast)];
  }
};

/** A fault matters most when there is something to do. */
const onTop = (luck: Dice, cast: Cast): readonly Action[] => {
  if (luck.chance(0.4)) return [];
  return luck.chance(0.5) ? [commandOf(luck, cast)] : mishapsOf(luck, cast);
};

const commandOf = (luck: Dice, cast: Cast): Action => {
  const { plane, group } = cast;
  const most = cast.wanted.kind === 'swarm' ? 3 : 6;
  switch (luck.weighted({ change: 8, resize: 4, other: 6, named: 3, end: 1.5, fleet: 0.5 })) {
    case 'change': {
      const bad = luck.chance(0.15) ? { bad: true as const } : {};
      const { bad: _, ...wanted } = cast.wanted;
      cast.wanted = { ...wanted, version: cast.wanted.version + 1, ...bad };
      if (luck.chance(0.3) && !isQuorum(cast)) cast.wanted = { ...cast.wanted, size: luck.from(1, most) };
      return { do: luck.chance(0.2) ? 'upload' : 'commit', plane, group, wanted: cast.wanted };
    }
    case 'resize': {
      if (isQuorum(cast)) return { do: 'restart', plane, group };
      const size = luck.from(0, most);
      cast.wanted = { ...cast.wanted, size };
      if (cast.wanted.kind !== 'pets' && luck.chance(0.6)) return { do: 'scale', plane, group, size };
      cast.wanted = { ...cast.wanted, size: Math.max(1, size) };
      return { do: 'commit', plane, group, wanted: cast.wanted };
    }
    case 'other':
      return {
        do: luck.one([
          'stop-update',
          'resume',
          'resume',
          'rollback',
          'restart',
          'freeze',
          'thaw',
          'override',
        ]),
        plane,
        group,
      };
    case 'named':
      return { do: luck.chance(0.3) ? 'shrink' : 'replace', plane, group, luck: luck.fraction() };
    case 'end':
      if (cast.destroyed || luck.chance(0.3)) {
        cast.destroyed = false;
        return { do: 'commit', plane, group, wanted: cast.wanted };
      }
      if (luck.chance(0.4)) return { do: luck.one(['unwatch', 'watch']), plane, group };
      cast.destroyed = true;
      return { do: 'destroy', plane, group };
    case 'fleet':
      return { do: luck.one(['freeze-fleet', 'thaw-fleet']), plane };
  }
};

const isQuorum = ({ wanted: { kind } }: Cast): boolean =>
  kind === 'swarm' || kind === 'etcd' || kind === 'zookeeper';

const mishapsOf = (luck: Dice, cast: Cast): readonly Action[] => {
  const { plane, group } = cast;
  const what = luck.weighted({
    terminate: 5,
    stop: 2,
    start: 1,
    impair: 4,
    heal: 2,
    interrupt: 2,
    rebalance: 1,
    protect: 1,
    untag: 1,
    'kill-software': 3,
    'cut-off': 2,
    reconnect: 2,
    'foreign-member': 0.5,
    'ownerless-member': 0.3,
  });
  if (what === 'foreign-member') return [{ do: what, plane, group }];
  // Two control planes with one group id would both take it in; a pet's place it has not.
  if (what === 'ownerless-member') return group === 'api' ? [{ do: what, plane, group }] : [];
  const times = luck.chance(0.2) && !isQuorum(cast) ? luck.from(2, 4) : 1;
  return Array.from({ length: times }, () => ({ do: what, plane, group, luck: luck.fraction() }));
};

const operationOf = (luck: Dice, { plane }: Cast): Action => {
  switch (luck.weighted({ deploy: 1, machines: 1, execution: 2 })) {
    case 'deploy':
      return { do: 'deploy', plane, release: luck.chance(0.7) ? 2 : 1 };
    case 'machines':
      return { do: 'deploy-machines', plane, previous: luck.chance(0.5) };
    case 'execution':
      return { do: 'stop-execution', plane, luck: luck.fraction() };
  }
};

/** Kinds of faults that this story has; a few at most. */
const temperOf = (luck: Dice): readonly FaultRule['kind'][] => {
  const all: FaultRule['kind'][] = [
    'read-lag',
    'stale-read',
    'throttle',
    'outage',
    'answer-lost',
    'late-effect',
    'crash',
    'empty-page',
    'no-capacity',
    'vcpu-quota',
    'partial',
    'launch-dies',
    'checks-never-pass',
    'slow-boot',
    'slow-shutdown',
    'slow-address-release',
    'command-lost',
    'slow-join',
    'events',
  ];
  return Array.from({ length: luck.from(1, 6) }, () => luck.one(all));
};
