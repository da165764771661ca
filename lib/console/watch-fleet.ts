import type { GroupLine } from '../app/api-types.js';
import type { Target } from '../cli/target.js';
import { type DivergenceChart, divergenceChart } from './divergence-chart.js';
import { type FleetState, type LookedAt, teller } from './fleet-state.js';
import { groupPictures } from './group-pictures.js';
import { type Look, lookAt } from './look-at-group.js';
import type { ClockView, GroupSummary, Message } from './protocol.js';
import { readFaults } from './read-faults.js';
import { viewLine } from './view-group.js';

/** Looks at a fleet while somebody listens, and tells each listener what is new to it. */
export interface FleetWatch {
  /** Tells what is new after each look, from everything on; and of one group more. @returns what ends it. */
  listen(group: string | undefined, listener: Hearer): () => void;
  /** Looks at once: something was done. */
  hurry(): void;
  stop(): void;
}

export interface Hearer {
  send(messages: readonly Message[]): void;
  /** It cannot take more now; it is told the next time, of what is new by then. */
  isBehind(): boolean;
}

export interface WatchOptions {
  readonly target: Target;
  readonly where: 'local' | 'aws';
  /** Between looks, instead of what suits the place. */
  readonly everyMs?: number | undefined;
}

/** Between looks in milliseconds, and what is asked at each; every call of a function on AWS costs a little. */
const HOW_OFTEN = {
  local: { everyMs: 700, pictures: 8, askClusterMs: 10_000 },
  aws: { everyMs: 4_000, pictures: 2, askClusterMs: 60_000 },
} as const;

const SLOWEST_MS = 15_000;

interface Listener {
  readonly group: string | undefined;
  readonly told: ReturnType<typeof teller>;
  readonly hearer: Hearer;
}

export const watchFleet = ({ target, where, everyMs }: WatchOptions): FleetWatch => {
  const often = { ...HOW_OFTEN[where], ...(everyMs === undefined ? {} : { everyMs }) };
  const listeners = new Set<Listener>();
  const looks = new Map<string, Look>();
  const charts = new Map<string, DivergenceChart>();
  const fleetChart = divergenceChart();
  const pictures = groupPictures(target, often.pictures);
  let state: FleetState = {
    clock: { now: Date.now(), speed: 1 },
    lookedAt: new Map(),
    divergence: [],
    divergenceOf: (group) => charts.get(group)?.points() ?? [],
  };
  /** Set while the loop runs; ends its wait. */
  let wake: (() => void) | undefined;
  let running = false;
  let hurried = false;
  let stopped = false;

  const readClock = async (): Promise<ClockView> => {
    if (where === 'aws') return { now: Date.now(), speed: 1 };
    const { Now, Speed } = await target.cloud('Cloud.Clock', {});
    return { now: Now, speed: Speed };
  };

  const addPoints = (lines: readonly GroupLine[], time: number) => {
    const total = { time, divergence: 0, healthy: 0, declared: 0 };
    for (const { ID, Divergence, Healthy, Declared, Watch } of lines) {
      if (Watch !== 'watched') continue;
      const chart = charts.get(ID) ?? divergenceChart();
      charts.set(ID, chart);
      chart.add({ time, divergence: Divergence, healthy: Healthy, declared: Declared });
      total.divergence += Divergence;
      total.healthy += Healthy;
      total.declared += Declared;
    }
    fleetChart.add(total);
  };

  const lookAtThose = async (lines: readonly GroupLine[]): Promise<ReadonlyMap<string, LookedAt>> => {
    const wanted = new Set([...listeners].flatMap(({ group }) => group ?? []));
    for (const id of looks.keys()) if (!wanted.has(id)) looks.delete(id);
    const seen = new Map<string, LookedAt>();
    for (const id of wanted) {
      const look =
        looks.get(id) ??
        lookAt(target, id, {
          now: Date.now,
          isStanding: () => state.clock.speed === 0,
          askClusterMs: often.askClusterMs,
          onAnswer: hurry,
        });
      looks.set(id, look);
      seen.set(id, await look.refresh(lines.find(({ ID }) => ID === id)));
    }
    return seen;
  };

  const look = async (): Promise<void> => {
    const time = await readClock();
    const { Groups } = await target.call('Group.List', {});
    const lookedAt = await lookAtThose(Groups);
    await pictures.renew(Groups, lookedAt);
    addPoints(Groups, time.now);
    const faults = where === 'local' ? await readFaults(target) : undefined;
    const summaries = Groups.map((line): [string, GroupSummary] => [
      line.ID,
      viewLine(line, lookedAt.get(line.ID)?.detail?.picture ?? pictures.of(line.ID)),
    ]);
    state = {
      clock: time,
      groups: new Map(summaries),
      lookedAt,
      divergence: fleetChart.points(),
      divergenceOf: state.divergenceOf,
      ...(faults === undefined ? {} : { faults }),
    };
  };

  const tellAll = () => {
    for (const { told, hearer } of listeners) {
      if (hearer.isBehind()) continue;
      const messages = told.messages(state);
      if (messages.length > 0) hearer.send(messages);
    }
  };

  const loop = async (): Promise<void> => {
    let waitMs: number = often.everyMs;
    while (listeners.size > 0 && !stopped) {
      hurried = false;
      const begun = Date.now();
      try {
        await look();
        // A fleet that takes long to look at is looked at less often.
        waitMs = Math.max(often.everyMs, 2 * (Date.now() - begun));
      } catch (error) {
        state = { ...state, trouble: error instanceof Error ? error.message : String(error) };
        waitMs = Math.min(waitMs * 2, SLOWEST_MS);
      }
      tellAll();
      if (!hurried) await pause(waitMs);
    }
  };

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  function hurry(): void {
    hurried = true;
    wake?.();
  }

  const start = () => {
    if (running || stopped) return;
    running = true;
    void loop().finally(() => {
      running = false;
      if (listeners.size > 0) start();
    });
  };

  return {
    listen: (group, hearer) => {
      const listener: Listener = { group, told: teller(group), hearer };
      listeners.add(listener);
      if (running) hurry();
      start();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) wake?.();
      };
    },
    hurry,
    stop: () => {
      stopped = true;
      wake?.();
    },
  };
};
