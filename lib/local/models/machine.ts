import type { Instant } from '../../core/ids.js';
import type { Random } from '../../ports/random.js';
import type { LocalClock } from '../clock.js';
import type { NodeResult } from '../ssm/commands.js';
import type { NodeParameters } from './node-parameters.js';
import type { Software } from './software.js';

/** An instance, as far as the software on it can tell. */
export interface Machine {
  readonly id: string;
  readonly address: string;
  readonly zone: string;
}

/** What models of software are made of: machines that come and go, and a network between them. */
export interface Site {
  readonly clock: LocalClock;
  readonly random: Random;
  /** Its software runs, whether or not anybody can reach it. */
  isUp(id: string): boolean;
  /** It is up, and others reach it. */
  isReachable(id: string): boolean;
  /** How it went away: `cut-off` from the network, `killed` software, or the instance `gone`. */
  lossOf(id: string): Loss;
  /** Parameter Store, asked by the machine with its own role. */
  parameters(machine: Machine): NodeParameters;
  /** How much longer than usual a join takes that begins now. */
  joinDelayMs(): number;
  /** To be called after every change of a cluster: it is written down. */
  changed(): void;
}

export type Loss = 'cut-off' | 'killed' | 'gone';

/** One run of a boot script. */
export interface Boot {
  readonly machine: Machine;
  readonly software: Software;
  /** The machine still runs this very script. */
  isUnderWay(): boolean;
}

/** Answers a document on a machine whose software runs. */
export type AnswerDocument = (
  machine: Machine,
  values: Readonly<Record<string, string>>,
) => NodeResult | Promise<NodeResult>;

/** A model of one software, on all machines that run it. */
export interface SoftwareModel {
  /** Flavors whose boot scripts it runs; it is kept under the name of the first. */
  readonly flavors: readonly [string, ...string[]];
  readonly documents: Readonly<Record<string, AnswerDocument>>;
  /** Runs a boot script, on the clock; again when the machine boots again. */
  boot(boot: Boot): Promise<void>;
  /** Told at every change of who is up and reachable. */
  settle(): void;
  /** What is so, whatever anybody says. */
  truth(): readonly ClusterTruth[];
  /** Plain JSON. */
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** A cluster as it truly is. */
export interface ClusterTruth {
  /** Such as `swarm`. */
  readonly software: string;
  readonly id: string;
  readonly members: readonly {
    readonly name: string;
    readonly instance: string;
    readonly votes: boolean;
    readonly reachable: boolean;
    readonly leader: boolean;
  }[];
  /** It can decide: a majority of its voters reach each other and agree on a leader, if it has one. */
  readonly decides: boolean;
}

export const said = (lines: readonly string[]): NodeResult => ({
  exitCode: 0,
  stdout: [...lines, `end ${lines.length}`, ''].join('\n'),
  stderr: '',
});

export const refused = (exitCode: number, why: string): NodeResult => ({
  exitCode,
  stdout: '',
  stderr: `holdfast: ${why}\n`,
});

export const DONE: NodeResult = { exitCode: 0, stdout: '', stderr: '' };

/** Exit codes that flavors give a meaning to. */
export const QUORUM_REFUSED = 65;
export const CANNOT_SAY = 66;
export const QUORUM_LOST = 67;

/** How often a boot script tries again what did not work. */
const RETRY_MS = 1_000;

/** Tries until a step is done, the machine stops, or the time is over. A step that throws has not worked. */
export const retryBoot = async (
  site: Pick<Site, 'clock'>,
  { isUnderWay }: Pick<Boot, 'isUnderWay'>,
  limitMs: number,
  step: () => Promise<'done' | 'again'>,
): Promise<void> => {
  for (const until: Instant = site.clock.now() + limitMs; isUnderWay() && site.clock.now() < until; ) {
    const outcome = await step().catch(() => 'again' as const);
    if (outcome === 'done') return;
    await site.clock.sleep(RETRY_MS);
  }
};
