import { resolveAmount } from './amount.js';
import type { Classified } from './classify.js';
import type { GroupRecord } from './group-record.js';
import { declaredSize, type GroupSpec } from './group-spec.js';
import type { Instant } from './ids.js';
import type { Observation } from './observation.js';
import { isRolling, type Rollout, type RolloutPhase } from './rollout.js';
import type { RolloutFacts } from './rollout-facts.js';
import { countFailures } from './rollout-failures.js';
import { failRollout, troubleOf } from './rollout-trouble.js';

/** A rollout as it is now, and how far it may go. */
export interface Advanced {
  readonly rollout: Rollout;
  readonly rollBack?: { readonly reason: string };
  /** Up-to-date instances that there may be by now, proved or not. */
  readonly cap: number;
  /** Why nothing is replaced now, although the cap would allow it. */
  readonly hold?: string;
}

export interface AdvanceInput {
  readonly group: GroupRecord;
  readonly spec: GroupSpec;
  readonly members: readonly Classified[];
  readonly facts: RolloutFacts;
  readonly observed: Pick<Observation, 'alarms' | 'window' | 'steady'>;
  /** What is rolled now, without what is to be launched after the roll. */
  readonly size: number;
  readonly now: Instant;
}

/** Takes a rollout as far as what was observed allows: failures counted, phases passed, its end found. */
export const advanceRollout = (before: Rollout, input: AdvanceInput): Advanced => {
  if (!isRolling(before)) return { rollout: before, cap: 0 };
  const { spec, group, now, observed } = input;
  const counted = counting(countFailures(before, input.members, group), input);
  const trouble = troubleOf(counted, spec, observed, now);
  const holds = trouble?.kind === 'hold' || (trouble !== undefined && toleratesAlarm(counted, input));
  if (trouble !== undefined && !holds) {
    const outcome = failRollout(counted, spec, group, observed, trouble.why, now);
    return { ...outcome, cap: 0, hold: trouble.why };
  }
  // What is not known to be well passes nothing, least of all a bake.
  if (trouble !== undefined) return { rollout: counted, cap: capOf(counted, input), hold: trouble.why };
  let rollout = counted;
  for (let next = passPhase(rollout, input); next !== rollout; next = passPhase(rollout, input))
    rollout = next;
  const hold = observed.window?.open === false ? { hold: 'its maintenance window is closed' } : {};
  return { rollout, cap: capOf(rollout, input), ...hold };
};

/** With `OnFailure: continue` an alarm holds the rollout for as long as it lasts. */
const toleratesAlarm = (rollout: Rollout, { spec, observed, now }: AdvanceInput): boolean => {
  if (spec.updating.onFailure !== 'continue') return false;
  const withoutAlarms = troubleOf(rollout, { updating: { ...spec.updating, alarms: [] } }, observed, now);
  return withoutAlarms === undefined;
};

const counting = (rollout: Rollout, { facts, size, now }: AdvanceInput): Rollout => {
  const total = Math.max(size, facts.fresh);
  const replaced = Math.min(facts.proved, total);
  if (total === rollout.total && replaced === rollout.replaced) return rollout;
  return {
    ...rollout,
    total,
    replaced,
    progressedAt: replaced > rollout.replaced ? now : rollout.progressedAt,
  };
};

const into = (rollout: Rollout, phase: RolloutPhase, now: Instant, waitSeconds?: number): Rollout => {
  const { waitUntil: _, ...rest } = rollout;
  const waitUntil = waitSeconds === undefined ? {} : { waitUntil: now + waitSeconds * 1000 };
  return { ...rest, phase, progressedAt: now, ...waitUntil };
};

/** The same value when the rollout stays in its phase. */
const passPhase = (rollout: Rollout, input: AdvanceInput): Rollout => {
  const { facts, now, spec } = input;
  if (!isRolling(rollout)) return rollout;
  const isOver = (rollout.waitUntil ?? 0) <= now;
  switch (rollout.phase) {
    case 'canary': {
      if (facts.proved < canarySize(rollout, input)) return rollout;
      const bake = rollout.isRollback ? 0 : (spec.updating.canary?.bakeSeconds ?? 0);
      return bake > 0 ? into(rollout, 'canary-bake', now, bake) : into(rollout, 'rolling', now);
    }
    case 'canary-bake':
      return isOver ? into(rollout, 'rolling', now) : rollout;
    case 'rolling':
      return passRolling(rollout, input);
    case 'checkpoint':
      return isOver ? { ...into(rollout, 'rolling', now), checkpoints: rollout.checkpoints + 1 } : rollout;
    case 'growing':
      return passGrowing(rollout, input);
    case 'bake':
      if (!isRolled(input)) return into(rollout, 'rolling', now);
      return isOver && isWhole(input) ? succeeded(rollout, input) : rollout;
  }
};

/** A group grows when all that it had is replaced and proved. */
const passRolling = (rollout: Rollout, input: AdvanceInput): Rollout => {
  const { facts, now, size } = input;
  const checkpoint = checkpointOf(rollout, input);
  if (checkpoint !== undefined && facts.proved >= checkpoint.at) {
    const { wait } = checkpoint;
    if (wait.kind === 'seconds') return into(rollout, 'checkpoint', now, wait.seconds);
    return {
      ...into(rollout, 'checkpoint', now),
      status: 'paused',
      awaitsApproval: true,
      reason: `checkpoint: ${facts.proved} of ${rollout.total} replaced, waits for approval`,
    };
  }
  return isRolled(input) && facts.proved >= size ? into(rollout, 'growing', now) : rollout;
};

const passGrowing = (rollout: Rollout, input: AdvanceInput): Rollout => {
  if (!isRolled(input)) return into(rollout, 'rolling', input.now);
  if (!isWhole(input)) return rollout;
  const bake = rollout.isRollback ? 0 : input.spec.updating.bakeSeconds;
  return bake > 0 ? into(rollout, 'bake', input.now, bake) : succeeded(rollout, input);
};

const isRolled = ({ facts }: AdvanceInput): boolean => facts.outdated === 0 && facts.outdatedUnderWay === 0;

const isWhole = (input: AdvanceInput): boolean =>
  isRolled(input) && input.facts.proved >= declaredSize(input.spec.allocation);

const succeeded = (rollout: Rollout, { now, facts }: AdvanceInput): Rollout => {
  const seconds = Math.round((now - rollout.startedAt) / 1000);
  const { waitUntil: _, until: __, ...rest } = rollout;
  const back = rollout.status === 'rolling-back';
  return {
    ...rest,
    status: back ? 'rolled-back' : 'succeeded',
    reason: back
      ? `rolled back: ${rollout.reason}`
      : `${facts.proved} up to date and healthy after ${seconds} s`,
    replaced: rollout.total,
    endedAt: now,
    waitsFor: '',
  };
};

/** The first replacement goes alone, unless it leads back to what is known to work. */
const canarySize = (rollout: Rollout, { spec, size }: AdvanceInput): number => {
  if (rollout.status === 'rolling-back') return 0;
  const { canary } = spec.updating;
  const wanted = canary === undefined ? 1 : Math.max(1, resolveAmount(canary.size, size, 'up'));
  return Math.min(wanted, size);
};

const checkpointOf = (rollout: Rollout, { spec, size }: AdvanceInput) => {
  const checkpoint = rollout.isRollback ? undefined : spec.updating.checkpoints[rollout.checkpoints];
  return checkpoint && { at: Math.ceil((checkpoint.atPercent * size) / 100), wait: checkpoint.wait };
};

const capOf = (rollout: Rollout, input: AdvanceInput): number => {
  if (!isRolling(rollout)) return 0;
  switch (rollout.phase) {
    case 'canary':
      // Even a canary of several begins with one.
      return input.facts.proved === 0 ? Math.min(1, canarySize(rollout, input)) : canarySize(rollout, input);
    case 'canary-bake':
      return canarySize(rollout, input);
    case 'rolling':
    case 'checkpoint':
      return checkpointOf(rollout, input)?.at ?? Number.POSITIVE_INFINITY;
    case 'growing':
    case 'bake':
      return Number.POSITIVE_INFINITY;
  }
};
