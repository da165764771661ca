import type { Instant } from '../../core/ids.js';
import type { InstanceState } from '../../core/instance.js';
import type { Random } from '../../ports/random.js';
import type { LocalClock, Timer } from '../clock.js';
import type { Faults } from '../faults.js';
import type { EndedBy, WritableBooks } from './books.js';
import {
  type CloudEvent,
  cloudEvent,
  type Happening,
  rebalance,
  spotInterruption,
  stateChange,
} from './events.js';
import { type InstanceItem, type InstanceVersion, truth } from './instance-item.js';
import type { Ec2State } from './state.js';
import type { Timing, World } from './world.js';

type Step = 'boot' | 'check' | 'die' | 'terminated' | 'stopped' | 'reclaim' | 'fade' | 'release' | 'forget';

interface Reason {
  readonly code: string;
  readonly message: string;
}

/** What EC2 will do to an instance, or tell the world, at a time. Plain JSON, so that it survives a restart. */
export type DueTask =
  | {
      readonly kind: 'step';
      readonly at: Instant;
      readonly step: Step;
      readonly instance: string;
      /** Void when the instance has changed state since; absent for what comes whatever happens. */
      readonly epoch?: number;
      readonly reason?: Reason;
    }
  | { readonly kind: 'deliver'; readonly at: Instant; readonly event: CloudEvent };

/** EC2's state machine. EC2 User Guide, "Amazon EC2 instance state changes". */
export interface Lifecycle {
  /** Sets a new, pending instance going. */
  begin(item: InstanceItem, faults: { bootMs: number; death?: Reason & { afterMs: number } }): void;
  /** To shutting-down; no effect on one that is ending already. */
  end(item: InstanceItem, by: EndedBy, reason?: Reason): void;
  stop(item: InstanceItem): void;
  /** A stopped one boots again. EC2 User Guide, Start: LaunchTime becomes the time of the start. */
  start(item: InstanceItem): void;
  /** Warns now, and takes it two minutes later. EC2 User Guide, "Spot Instance interruptions". */
  interrupt(item: InstanceItem): void;
  recommendRebalance(item: InstanceItem): void;
  due(): readonly DueTask[];
  restore(tasks: readonly DueTask[]): void;
  onBoot(listener: InstanceListener): void;
  onHalt(listener: (item: InstanceItem) => void): void;
  onEnd(listener: InstanceListener): void;
}

export type InstanceListener = (item: InstanceItem) => void | Promise<void>;

export const USER_INITIATED: Reason = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
};
const SPOT_TERMINATION: Reason = {
  code: 'Server.SpotInstanceTermination',
  message: 'Server.SpotInstanceTermination: Spot instance termination',
};
const PENDING: Reason = { code: 'pending', message: 'pending' };

const SPOT_NOTICE_MS = 120_000;

const INITIALIZING = { instance: 'initializing', system: 'initializing' } as const;
const NOT_APPLICABLE = { instance: 'not-applicable', system: 'not-applicable' } as const;

export interface LifecycleParts {
  readonly clock: LocalClock;
  readonly faults: Faults;
  readonly random: Random;
  readonly timing: Timing;
  readonly state: Ec2State;
  readonly books: WritableBooks;
  readonly world: () => World;
  readonly emit: (event: CloudEvent) => void | Promise<void>;
}

export function lifecycle(parts: LifecycleParts): Lifecycle {
  const { clock, faults, random, timing, state, books } = parts;
  const tasks = new Map<DueTask, Timer>();
  const bootListeners: InstanceListener[] = [];
  const haltListeners: ((item: InstanceItem) => void)[] = [];
  const endListeners: InstanceListener[] = [];

  const schedule = (task: DueTask) => {
    const timer = clock.at(task.at, async () => {
      tasks.delete(task);
      if (task.kind === 'deliver') await parts.emit(task.event);
      else await perform(task);
    });
    tasks.set(task, timer);
  };
  const later = (item: InstanceItem, ms: number, step: Step, always = false, reason?: Reason) =>
    schedule({
      kind: 'step',
      at: clock.now() + ms,
      step,
      instance: item.facts.id,
      ...(always ? {} : { epoch: item.epoch }),
      ...(reason ? { reason } : {}),
    });

  const tell = (item: InstanceItem, happening: Happening) => {
    const { account, region } = parts.world();
    const now = clock.now();
    const event = cloudEvent(happening, {
      instance: item.facts.id,
      id: random.id(),
      at: now,
      account,
      region,
    });
    for (const delay of faults.deliveries(happening.detailType)) {
      schedule({ kind: 'deliver', at: now + timing.eventMs + delay, event });
    }
  };

  const enter = (item: InstanceItem, next: InstanceState, change: Partial<InstanceVersion> = {}) => {
    state.change(item, clock.now(), { ...change, state: next });
    books.write(item.facts.id, { state: next });
    tell(item, stateChange(next));
    if (next === 'stopping' || next === 'shutting-down') for (const listener of haltListeners) listener(item);
  };

  /** As EC2 words it: `User initiated (2026-11-22 13:00:00 GMT)`. */
  const userInitiated = () =>
    `User initiated (${new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ')} GMT)`;

  const boot = (item: InstanceItem, bootMs: number) => {
    tell(item, stateChange('pending'));
    later(item, bootMs, 'boot');
  };

  const run = async (item: InstanceItem) => {
    enter(item, 'running', { checks: INITIALIZING, stateReason: undefined });
    if (books.get(item.facts.id)?.ranAt === undefined) books.write(item.facts.id, { ranAt: clock.now() });
    if (item.facts.checksEndAs !== 'initializing') later(item, timing.checksMs, 'check');
    for (const listener of bootListeners) await listener(item);
  };

  const endChecks = (item: InstanceItem) => {
    // One that somebody impaired or healed meanwhile stays as it is.
    if (truth(item).checks.instance !== 'initializing') return;
    const { checksEndAs: instance } = item.facts;
    state.change(item, clock.now(), {
      checks: { instance, system: 'ok' },
      ...(instance === 'impaired' ? { impairedSince: clock.now() } : {}),
    });
  };

  const finish = async (item: InstanceItem) => {
    enter(item, 'terminated', { checks: NOT_APPLICABLE });
    books.write(item.facts.id, { terminatedAt: clock.now() });
    later(item, faults.addressReleaseMs() ?? timing.addressReleaseMs, 'release', true);
    later(item, timing.tagsFadeMs, 'fade', true);
    later(item, timing.forgetMs, 'forget', true);
    for (const listener of endListeners) await listener(item);
  };

  const end = (item: InstanceItem, by: EndedBy, reason: Reason = USER_INITIATED) => {
    const { state: now } = truth(item);
    if (now === 'shutting-down' || now === 'terminated') return;
    enter(item, 'shutting-down', {
      stateReason: reason,
      transition: reason === USER_INITIATED ? userInitiated() : reason.code,
      checks: NOT_APPLICABLE,
      impairedSince: undefined,
    });
    books.write(item.facts.id, { endedAt: clock.now(), endedBy: by });
    later(item, faults.shutdownMs() ?? timing.shuttingDownMs, 'terminated');
  };

  const perform = async (task: Extract<DueTask, { kind: 'step' }>): Promise<void> => {
    const item = state.get(task.instance);
    if (!item || (task.epoch !== undefined && task.epoch !== item.epoch)) return;
    switch (task.step) {
      case 'boot':
        return run(item);
      case 'check':
        return endChecks(item);
      case 'die': {
        // A launch that fails goes from pending straight to terminated. EC2 User Guide, "Instance terminates immediately".
        const reason = task.reason ?? PENDING;
        state.change(item, clock.now(), { stateReason: reason, transition: reason.code });
        books.write(item.facts.id, { endedAt: clock.now(), endedBy: 'failed-launch' });
        return finish(item);
      }
      case 'terminated':
        return finish(item);
      case 'stopped':
        return enter(item, 'stopped', { checks: NOT_APPLICABLE });
      case 'reclaim':
        return end(item, 'spot', SPOT_TERMINATION);
      case 'fade':
        // EC2 API Reference, TerminateInstances: tags and volumes are gradually disassociated.
        return state.change(item, clock.now(), { tags: {}, volumeTags: {}, interfaceTags: {} });
      case 'release':
        return state.releaseAddress(item);
      case 'forget':
        return state.forget(item);
    }
  };

  return {
    begin: (item, { bootMs, death }) => {
      if (death) {
        tell(item, stateChange('pending'));
        later(item, death.afterMs, 'die', false, { code: death.code, message: death.message });
      } else boot(item, bootMs);
    },
    end,
    stop: (item) => {
      enter(item, 'stopping', {
        stateReason: USER_INITIATED,
        transition: userInitiated(),
        checks: NOT_APPLICABLE,
        impairedSince: undefined,
      });
      later(item, timing.stoppingMs, 'stopped');
    },
    start: (item) => {
      state.change(item, clock.now(), {
        state: 'pending',
        launchedAt: clock.now(),
        stateReason: PENDING,
        transition: '',
        checks: NOT_APPLICABLE,
      });
      books.write(item.facts.id, { state: 'pending' });
      boot(item, faults.bootMs() ?? timing.bootMs);
    },
    interrupt: (item) => {
      tell(item, spotInterruption);
      later(item, SPOT_NOTICE_MS, 'reclaim', true);
    },
    recommendRebalance: (item) => tell(item, rebalance),
    due: () => [...tasks.keys()],
    restore: (kept) => {
      for (const task of kept) schedule(task);
    },
    onBoot: (listener) => {
      bootListeners.push(listener);
    },
    onHalt: (listener) => {
      haltListeners.push(listener);
    },
    onEnd: (listener) => {
      endListeners.push(listener);
    },
  };
}
