import type { Instant } from '../core/ids.js';
import type { Random } from '../ports/random.js';
import type { LocalClock } from './clock.js';
import type { FaultKind, FaultRule } from './fault-rule.js';
import type { Interceptor } from './route-client.js';

/** The process was killed: whoever runs a lambda treats it as gone, and nothing may catch it and go on. */
export class CrashError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Crash';
  }
}

export interface LaunchPlace {
  readonly zone: string;
  readonly subnet: string;
  readonly instanceType: string;
}

export interface CallFaults {
  readonly before?: 'throttle' | 'outage' | 'crash';
  readonly after?: 'answer-lost' | 'crash';
  /** The call is not made now: this makes it when its time has come. */
  readonly postpone?: (effect: () => Promise<unknown>) => void;
}

/**
 * What goes wrong in the local cloud, asked by its emulators at the moment that it matters. Each question that finds a
 * rule uses it up by one. `FaultRule` says what each fault means.
 */
export interface Faults {
  /** Asked once for every call of every service. */
  call(service: string, operation: string): CallFaults;
  /** How old the state is that this call sees, in milliseconds. */
  readAge(operation: string): number;
  emptyPage(operation: string): boolean;
  noCapacity(place: LaunchPlace): boolean;
  vcpuQuota(): number | undefined;
  atMost(): number | undefined;
  deathAtLaunch(place: LaunchPlace): { code: string; message: string; afterMs: number } | undefined;
  checksNeverPass(): 'impaired' | 'initializing' | 'insufficient-data' | undefined;
  bootMs(): number | undefined;
  shutdownMs(): number | undefined;
  addressReleaseMs(): number | undefined;
  /** Whether a command to a node gets lost on its way. */
  commandLost(): boolean;
  /** How much longer than usual software takes to join its cluster. */
  joinDelayMs(): number | undefined;
  /** One delay in milliseconds for each copy of a service's event, or of an `own` one of the account, that is delivered; empty for never. */
  deliveries(detailType: string, own?: boolean): readonly number[];
}

/** A cloud in which all goes well. */
export const noFaults = (): Faults => ({
  call: () => ({}),
  readAge: () => 0,
  emptyPage: () => false,
  noCapacity: () => false,
  vcpuQuota: () => undefined,
  atMost: () => undefined,
  deathAtLaunch: () => undefined,
  checksNeverPass: () => undefined,
  bootMs: () => undefined,
  shutdownMs: () => undefined,
  addressReleaseMs: () => undefined,
  commandLost: () => false,
  joinDelayMs: () => undefined,
  deliveries: () => [0],
});

export interface ActiveFault {
  readonly id: number;
  readonly rule: FaultRule;
  readonly usesLeft?: number;
  readonly until?: Instant;
}

/** Faults by rules that come and go. Among rules of one kind the oldest that matches is used. */
export interface ScriptedFaults extends Faults {
  add(rule: FaultRule): number;
  /** @returns whether there was one of that id. */
  remove(id: number): boolean;
  clear(): void;
  /** Those that still hold; plain JSON. */
  list(): readonly ActiveFault[];
}

type RuleOf<Kind extends FaultKind> = Extract<FaultRule, { kind: Kind }>;

interface Entry {
  readonly id: number;
  readonly rule: FaultRule;
  readonly until?: Instant;
  usesLeft?: number;
  /** Matching calls seen by a crash rule. */
  calls: number;
}

const READ = /^(Describe|Get|List)/;
/** When `twice` or `shuffled` name no time. */
const EVENT_SPREAD_MS = 1_000;
const EVENT_LATE_MS = 60_000;

export function scriptedFaults(
  clock: Pick<LocalClock, 'now' | 'at'>,
  random: Pick<Random, 'fraction'>,
): ScriptedFaults {
  let entries: Entry[] = [];
  let lastId = 0;

  const holds = (entry: Entry) =>
    (entry.usesLeft ?? 1) > 0 && (entry.until === undefined || clock.now() < entry.until);

  const find = <Kind extends FaultKind>(
    kind: Kind,
    matches: (rule: RuleOf<Kind>) => boolean,
  ): { entry: Entry; rule: RuleOf<Kind> } | undefined => {
    for (const entry of entries) {
      const { rule } = entry;
      if (isKind(rule, kind) && holds(entry) && matches(rule)) return { entry, rule };
    }
    return undefined;
  };

  /** Finds a rule and uses it up by one. */
  const use = <Kind extends FaultKind>(
    kind: Kind,
    matches: (rule: RuleOf<Kind>) => boolean = () => true,
  ): RuleOf<Kind> | undefined => {
    const found = find(kind, matches);
    if (found?.entry.usesLeft !== undefined) found.entry.usesLeft -= 1;
    return found?.rule;
  };

  const crashes = (service: string, operation: string): 'before' | 'after' | undefined => {
    for (const entry of entries) {
      const { rule } = entry;
      if (rule.kind !== 'crash' || !holds(entry) || !concerns(rule, service, operation)) continue;
      entry.calls += 1;
      if (entry.calls < (rule.call ?? 1)) continue;
      // One crash kills one process: without `times` it does not come again.
      entry.usesLeft = (entry.usesLeft ?? 1) - 1;
      entry.calls = 0;
      return rule.when;
    }
    return undefined;
  };

  return {
    call: (service, operation) => {
      const crash = crashes(service, operation);
      if (crash === 'before') return { before: 'crash' };
      if (use('outage', (rule) => (rule.service ?? service) === service)) return { before: 'outage' };
      if (use('throttle', (rule) => concerns(rule, service, operation))) return { before: 'throttle' };
      if (crash === 'after') return { after: 'crash' };
      const late = use('late-effect', (rule) => concerns(rule, service, operation));
      if (late) return { postpone: (effect) => void clock.at(clock.now() + late.ms, unheard(effect)) };
      return use('answer-lost', (rule) => concerns(rule, service, operation)) ? { after: 'answer-lost' } : {};
    },
    readAge: (operation) => {
      const sees = (rule: { readonly operation?: string }) =>
        rule.operation === undefined ? READ.test(operation) : rule.operation === operation;
      const stale = use('stale-read', (rule) => sees(rule) && random.fraction() < (rule.chance ?? 1));
      const lag = use('read-lag', sees);
      return Math.max(stale?.ms ?? 0, lag?.ms ?? 0);
    },
    emptyPage: (operation) =>
      use('empty-page', (rule) => (rule.operation ?? operation) === operation) !== undefined,
    noCapacity: (place) =>
      use(
        'no-capacity',
        (rule) =>
          (rule.zone ?? place.zone) === place.zone &&
          (rule.subnet ?? place.subnet) === place.subnet &&
          (rule.instanceType ?? place.instanceType) === place.instanceType,
      ) !== undefined,
    vcpuQuota: () => use('vcpu-quota')?.vcpus,
    atMost: () => use('partial')?.atMost,
    deathAtLaunch: (place) => {
      const rule = use('launch-dies', ({ subnet }) => (subnet ?? place.subnet) === place.subnet);
      return rule && { code: rule.code, message: rule.message ?? rule.code, afterMs: rule.afterMs ?? 2_000 };
    },
    checksNeverPass: () => use('checks-never-pass')?.status,
    bootMs: () => use('slow-boot')?.ms,
    shutdownMs: () => use('slow-shutdown')?.ms,
    addressReleaseMs: () => use('slow-address-release')?.ms,
    commandLost: () => use('command-lost', ({ chance }) => random.fraction() < (chance ?? 1)) !== undefined,
    joinDelayMs: () => use('slow-join')?.ms,
    deliveries: (detailType, own = false) => {
      const rule = use('events', ({ detailType: named }) =>
        named === undefined ? !own : named === detailType,
      );
      switch (rule?.how) {
        case undefined:
          return [0];
        case 'never':
          return [];
        case 'late':
          return [rule?.ms ?? EVENT_LATE_MS];
        case 'twice':
          return [0, rule?.ms ?? EVENT_SPREAD_MS];
        case 'shuffled':
          return [Math.floor(random.fraction() * (rule?.ms ?? EVENT_SPREAD_MS))];
      }
    },
    add: (rule) => {
      lastId += 1;
      entries.push({
        id: lastId,
        rule,
        calls: 0,
        ...(rule.forMs === undefined ? {} : { until: clock.now() + rule.forMs }),
        ...(rule.times === undefined ? {} : { usesLeft: rule.times }),
      });
      return lastId;
    },
    remove: (id) => {
      const before = entries.length;
      entries = entries.filter((entry) => entry.id !== id);
      return entries.length < before;
    },
    clear: () => {
      entries = [];
    },
    list: () =>
      entries.filter(holds).map(({ id, rule, usesLeft, until }) => ({
        id,
        rule,
        ...(usesLeft === undefined ? {} : { usesLeft }),
        ...(until === undefined ? {} : { until }),
      })),
  };
}

/** A refusal, too, reaches nobody. */
const unheard = (effect: () => Promise<unknown>) => async (): Promise<void> => {
  await effect().catch(() => undefined);
};

const isKind = <Kind extends FaultKind>(rule: FaultRule, kind: Kind): rule is RuleOf<Kind> =>
  rule.kind === kind;

const concerns = (
  rule: { readonly service?: string; readonly operation?: string },
  service: string,
  operation: string,
): boolean => (rule.service ?? service) === service && (rule.operation ?? operation) === operation;

/** Makes the error by which a service says so: its own exception class, its own codes. */
export type ServiceFailure = (fault: 'throttle' | 'outage', operation: string) => Error;

/** What the SDK throws when the connection dies before the answer is there. */
export const answerLost = (operation: string): Error =>
  Object.assign(new Error(`socket timed out while waiting for the answer to ${operation}`), {
    name: 'TimeoutError',
    $metadata: { attempts: 1, totalRetryDelay: 0 },
  });

/** Breaks calls as the faults say. `localEc2` has it built in; give it to the clients of all other services. */
export const faultInterceptor =
  (faults: Faults, failure: ServiceFailure): Interceptor =>
  async ({ service, operation }, next) => {
    const { before, after, postpone } = faults.call(service, operation);
    if (before === 'crash') throw new CrashError(`killed before ${service} ${operation}`);
    if (before) throw failure(before, operation);
    if (postpone) {
      postpone(next);
      throw answerLost(operation);
    }
    const result = await next();
    if (after === 'crash') throw new CrashError(`killed after ${service} ${operation}`);
    if (after) throw answerLost(operation);
    return result;
  };
