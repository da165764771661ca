import type { Random } from '../../ports/random.js';
import type { LocalClock } from '../clock.js';
import { type Faults, faultInterceptor } from '../faults.js';
import type { Answer } from '../route-client.js';
import { type Books, newBooks } from './books.js';
import { type ClientTokens, clientTokens } from './client-tokens.js';
import type { Ec2Context, PageSizes } from './context.js';
import { describeInstanceStatus } from './describe-instance-status.js';
import { describeInstances } from './describe-instances.js';
import {
  describeAvailabilityZones,
  describeImages,
  describeSubnets,
  describeVpcs,
} from './describe-places.js';
import { refusal, serviceFailure } from './errors.js';
import type { CloudEvent } from './events.js';
import { type InstanceItem, type InstanceVersion, type LaunchFacts, truth } from './instance-item.js';
import { describeLaunchTemplateVersions } from './launch-templates.js';
import { lifecycle } from './lifecycle.js';
import { runInstances } from './run-instances.js';
import { type Ec2Snapshot, parseSnapshot } from './snapshot.js';
import { type SomebodyElse, somebodyElse } from './somebody-else.js';
import { newState } from './state.js';
import { startInstances, stopInstances } from './stop-start-instances.js';
import { createTags, deleteTags, describeTags } from './tags.js';
import { terminateInstances } from './terminate-instances.js';
import {
  DEFAULT_TIMING,
  defaultWorld,
  type SubnetPlace,
  type Timing,
  type World,
  withSubnet,
} from './world.js';

export type { BookEntry, Books, EndedBy } from './books.js';
export type { CloudEvent } from './events.js';
export type { Ec2Snapshot } from './snapshot.js';
export type { SomebodyElse } from './somebody-else.js';
export {
  DEFAULT_TIMING,
  defaultWorld,
  type SubnetPlace,
  type Timing,
  type World,
  withSubnet,
} from './world.js';

export interface LocalEc2Parts {
  readonly clock: LocalClock;
  readonly faults: Faults;
  readonly random: Random;
  /** Gets EC2's events, as late and as often as the faults say. What it throws surfaces on the clock. */
  readonly emit: (event: CloudEvent) => void | Promise<void>;
  readonly world?: World;
  readonly timing?: Partial<Timing>;
  readonly pages?: Partial<PageSizes>;
  /** Parameters that images are named by: `resolve:ssm:/name`. None when absent. */
  readonly resolveParameter?: (name: string) => Promise<string | undefined>;
}

/** What runs on an instance sees this of it: how it was launched and how it truly is now. */
export interface InstanceSight extends LaunchFacts, InstanceVersion {}

export interface LocalEc2 {
  /** For `routeClient`. Faults of calls are built in. */
  readonly answer: Answer;
  /** The truth, whatever reads show. */
  readonly books: Books;
  readonly others: SomebodyElse;
  readonly operations: readonly string[];
  world(): World;
  addSubnet(subnet: SubnetPlace): void;
  /** Every instance that EC2 still describes, as it truly is, in the order of launches. */
  instances(): readonly InstanceSight[];
  instance(id: string): InstanceSight | undefined;
  /** Called whenever an instance begins to run, also after a stop. */
  onBoot(listener: (instance: InstanceSight) => void | Promise<void>): void;
  /** Called when an instance begins to stop or to end: nothing runs on it from then on. */
  onHalt(listener: (instance: InstanceSight) => void): void;
  /** Called when an instance is terminated. */
  onEnd(listener: (instance: InstanceSight) => void | Promise<void>): void;
  /** Plain JSON; the past that lagging reads show is not kept. */
  snapshot(): Ec2Snapshot;
  /** Into a new local EC2 only. What was due goes on; nothing boots or is told again. */
  restore(snapshot: unknown): void;
}

/** Tiny, so that nobody forgets to page; who asks for 1000 gets them. */
const PAGES: PageSizes = { byDefault: 5, atMost: 1_000 };

/**
 * EC2 on one machine: the operations that Holdfast calls, with EC2's own state machine, error codes and rules.
 * All its state changes without awaiting, so two calls never interleave inside it.
 */
export function localEc2(parts: LocalEc2Parts): LocalEc2 {
  const { clock, faults, random } = parts;
  const timing = { ...DEFAULT_TIMING, ...parts.timing };
  const state = newState();
  const books = newBooks();
  let world = parts.world ?? defaultWorld();
  let tokens: ClientTokens = clientTokens();
  let sequence = 0;
  let issued = 0;
  const life = lifecycle({
    clock,
    faults,
    random,
    timing,
    state,
    books,
    world: () => world,
    emit: parts.emit,
  });
  const context: Ec2Context = {
    clock,
    faults,
    random,
    timing,
    pages: { ...PAGES, ...parts.pages },
    state,
    books,
    lifecycle: life,
    tokens: () => tokens,
    world: () => world,
    resolveParameter: parts.resolveParameter ?? (async () => undefined),
    newId: (prefix) => {
      issued += 1;
      return freshId(prefix, random, issued);
    },
    nextSequence: () => {
      sequence += 1;
      return sequence;
    },
  };
  const operations = operationsOf(context);

  const answerRight: Answer = async (operation, input) => {
    const answer = operations.get(operation);
    if (!answer) {
      throw refusal(
        'InvalidAction',
        `The local EC2 does not know "${operation}"; it knows ${[...operations.keys()].join(', ')}`,
      );
    }
    return answer(input);
  };
  const broken = faultInterceptor(faults, serviceFailure);

  return {
    answer: (operation, input) =>
      broken({ service: 'EC2', operation, input }, () => answerRight(operation, input)),
    books,
    others: somebodyElse(context),
    operations: [...operations.keys()],
    world: () => world,
    addSubnet: (subnet) => {
      world = withSubnet(world, subnet);
    },
    instances: () => [...state.all()].map(sight),
    instance: (id) => {
      const item = state.get(id);
      return item && sight(item);
    },
    onBoot: (listener) => life.onBoot((item) => listener(sight(item))),
    onHalt: (listener) => life.onHalt((item) => listener(sight(item))),
    onEnd: (listener) => life.onEnd((item) => listener(sight(item))),
    snapshot: () =>
      structuredClone({
        schemaVersion: 1,
        sequence,
        issued,
        world,
        instances: [...state.all()].map((item) => ({ ...item, versions: [sinceLaunch(truth(item))] })),
        tokens: tokens.all(),
        books: books.all(),
        due: life.due(),
      }),
    restore: (kept) => {
      if (sequence > 0) throw new Error('a local EC2 that has launched instances cannot be restored into');
      const snapshot = parseSnapshot(kept);
      sequence = snapshot.sequence;
      issued = snapshot.issued;
      world = snapshot.world;
      tokens = clientTokens(snapshot.tokens);
      books.restore(snapshot.books);
      state.restore(snapshot.instances);
      life.restore(snapshot.due);
    },
  };
}

/** A version never changes, and simulations look at every instance all the time. */
const sights = new WeakMap<InstanceVersion, InstanceSight>();

const sight = (item: InstanceItem): InstanceSight => {
  const version = truth(item);
  const known = sights.get(version);
  if (known !== undefined) return known;
  const made = { ...item.facts, ...version };
  sights.set(version, made);
  return made;
};

/** Read with lag after a restart, an instance shows its last state rather than nothing. */
const sinceLaunch = (version: InstanceVersion): InstanceVersion => ({
  ...version,
  since: version.launchedAt,
});

const hex = (fraction: number): string =>
  Math.floor(fraction * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');

/**
 * An id in EC2's form: 17 hexadecimal digits, the last five a count, so that none comes twice though a restart may
 * repeat its luck. Lucky digits lead, so that nobody reads an order into ids.
 */
function freshId(prefix: string, random: Random, issued: number): string {
  const lucky = [random.fraction(), random.fraction()].map(hex).join('').slice(0, 12);
  return `${prefix}-${lucky}${(issued % 0x10_0000).toString(16).padStart(5, '0')}`;
}

/** Real clients have typed their input; the one cast stands for that. */
const operationsOf = (context: Ec2Context): ReadonlyMap<string, (input: unknown) => Promise<unknown>> => {
  const typed = {
    RunInstances: runInstances(context),
    DescribeInstances: describeInstances(context),
    DescribeInstanceStatus: describeInstanceStatus(context),
    TerminateInstances: terminateInstances(context),
    StopInstances: stopInstances(context),
    StartInstances: startInstances(context),
    CreateTags: createTags(context),
    DeleteTags: deleteTags(context),
    DescribeTags: describeTags(context),
    DescribeSubnets: describeSubnets(context),
    DescribeVpcs: describeVpcs(context),
    DescribeAvailabilityZones: describeAvailabilityZones(context),
    DescribeImages: describeImages(context),
    DescribeLaunchTemplateVersions: describeLaunchTemplateVersions(context),
  };
  return new Map(
    Object.entries(typed).map(([name, answer]) => [name, (input: unknown) => answer(input as never)]),
  );
};
