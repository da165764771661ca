import type { Instant } from '../core/ids.js';
import type { Clock } from '../ports/clock.js';
import type { ClusterParameters } from '../ports/cluster-parameters.js';
import type { FlavorRegistry } from '../ports/flavor.js';
import type { GroupStore } from '../ports/group-store.js';
import type { InstanceProvider, PinResolver } from '../ports/instance-provider.js';
import type { NodeShell } from '../ports/node-shell.js';
import type {
  AlarmReader,
  ConfigBucket,
  EventBus,
  FunctionCaller,
  GroupAlarms,
  Log,
  Metrics,
  RolloutExecutions,
  WakeQueue,
} from '../ports/outbox.js';
import type { Random } from '../ports/random.js';
import type { SpecParser } from '../ports/spec-parser.js';
import type { TargetGroups } from '../ports/target-groups.js';

/** Everything that the use cases need from the world, in one bag. */
export interface Runtime {
  /** The control plane's name: the value of its instances' `holdfast.stack` tag. */
  readonly stack: string;
  /** How often the sweep asks for health; a sweep in between only looks at what runs. */
  readonly probeIntervalSeconds: number;
  /** Steps of one execution of a rollout's machine; then a fresh one goes on. */
  readonly mostTurns: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: GroupStore;
  readonly instances: InstanceProvider;
  readonly pins: PinResolver;
  readonly flavors: FlavorRegistry;
  readonly parser: SpecParser;
  readonly shell: NodeShell;
  readonly clusters: ClusterParameters;
  readonly wakes: WakeQueue;
  readonly bus: EventBus;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly functions: FunctionCaller;
  readonly alarms: GroupAlarms;
  readonly bucket: ConfigBucket;
  readonly targetGroups: TargetGroups;
  /** Asks `start-rollout`, by an event, for executions of the rolling-update machine. */
  readonly executions: RolloutExecutions;
  /** The rolling-update machine itself: for `start-rollout` alone, which knows and may start it. */
  readonly machine: RolloutExecutions;
  readonly alarmReader: AlarmReader;
}

/** One run of a handler: who it is and when it is killed. */
export interface Invocation {
  readonly id: string;
  readonly deadline: Instant;
}
