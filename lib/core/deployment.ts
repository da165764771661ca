/**
 * What is deployed and what triggers it, said once: the CDK app builds it on AWS, the local cloud on a laptop.
 * Event patterns are EventBridge's own, without the parts that only a deployment knows (the bucket's name).
 */

export const FUNCTIONS = [
  'group-api',
  'config-uploaded',
  'instance-changed',
  'sweep',
  'reconcile',
  'check-health',
  'start-rollout',
] as const;

export type FunctionName = (typeof FUNCTIONS)[number];

export interface FunctionShape {
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly description: string;
}

export const FUNCTION_SHAPES: Readonly<Record<FunctionName, FunctionShape>> = {
  'group-api': { timeoutSeconds: 60, memoryMegabytes: 512, description: 'JSON-RPC: every command of a user' },
  'config-uploaded': {
    timeoutSeconds: 60,
    memoryMegabytes: 512,
    description: 'commits or proposes uploaded config',
  },
  'instance-changed': {
    timeoutSeconds: 30,
    memoryMegabytes: 256,
    description: 'turns EC2 events into wakes',
  },
  sweep: {
    timeoutSeconds: 50,
    memoryMegabytes: 512,
    description: 'each minute: wakes groups that need a pass',
  },
  reconcile: { timeoutSeconds: 60, memoryMegabytes: 512, description: 'one pass over one group' },
  'check-health': {
    timeoutSeconds: 30,
    memoryMegabytes: 512,
    description: "asks flavors for the health of a rollout's new instances",
  },
  'start-rollout': {
    timeoutSeconds: 30,
    memoryMegabytes: 256,
    description: 'starts executions of the rolling-update machine',
  },
};

/** A state machine, and what `${…}` in its file stands for: ARNs of functions and of other machines. */
export interface StateMachineShape {
  /** In `statemachines/`. */
  readonly file: string;
  readonly functions: Readonly<Record<string, FunctionName>>;
  readonly machines: Readonly<Record<string, StateMachineName>>;
}

/** Of the inputs of machines and of their tasks. An execution keeps what it was started with over a deployment. */
export const TASK_VERSION = 1;

/** One that another refers to comes before it. */
export const STATE_MACHINES = ['health-check', 'rolling-update'] as const;

export type StateMachineName = (typeof STATE_MACHINES)[number];

export const STATE_MACHINE_SHAPES: Readonly<Record<StateMachineName, StateMachineShape>> = {
  'health-check': {
    file: 'health-check.asl.json',
    functions: { CheckHealthArn: 'check-health' },
    machines: {},
  },
  'rolling-update': {
    file: 'rolling-update.asl.json',
    functions: { ReconcileArn: 'reconcile' },
    machines: { HealthCheckArn: 'health-check' },
  },
};

/** How often the sweep looks at the world; EventBridge's shortest schedule. */
export const SWEEP_PERIOD_SECONDS = 60;

/** Passes side by side, whatever the number of groups. */
export const RECONCILE_CONCURRENCY = 50;

/** A wake is tried this often before it goes to the dead-letter queue; the sweep wakes again anyway. */
export const WAKE_MAX_RECEIVES = 3;

/**
 * A wake whose pass was killed comes back when the lease of that pass has run out: timeout + 10 s. AWS advises six
 * times the timeout, against a second run of the same message; here the lease excludes that.
 */
export const WAKE_VISIBILITY_SECONDS = 75;

export type EventPattern = Readonly<Record<string, unknown>>;

export interface Trigger {
  readonly name: string;
  readonly target: FunctionName;
  readonly pattern: EventPattern;
}

/** EC2's events; best effort, so only hints. */
export const INSTANCE_TRIGGERS: readonly Trigger[] = [
  {
    name: 'InstanceStateChange',
    target: 'instance-changed',
    pattern: { source: ['aws.ec2'], 'detail-type': ['EC2 Instance State-change Notification'] },
  },
  {
    name: 'SpotInterruption',
    target: 'instance-changed',
    pattern: { source: ['aws.ec2'], 'detail-type': ['EC2 Spot Instance Interruption Warning'] },
  },
  {
    name: 'RebalanceRecommendation',
    target: 'instance-changed',
    pattern: { source: ['aws.ec2'], 'detail-type': ['EC2 Instance Rebalance Recommendation'] },
  },
];

/** Where uploads commit, where they only plan, and where the outcome is written. */
export const GROUPS_PREFIX = 'groups/';
export const PROPOSED_PREFIX = 'proposed/';
export const RESULTS_PREFIX = 'results/';

/** The pattern of the config bucket's events. */
export const configTrigger = (bucket: string): Trigger => ({
  name: 'ConfigUploaded',
  target: 'config-uploaded',
  pattern: {
    source: ['aws.s3'],
    'detail-type': ['Object Created', 'Object Deleted'],
    detail: {
      bucket: { name: [bucket] },
      object: { key: [{ prefix: GROUPS_PREFIX }, { prefix: PROPOSED_PREFIX }] },
    },
  },
});

/** `detail-type` of the event that asks for an execution of the rolling-update machine. */
export const EXECUTION_DUE = 'rollout.execution-due';

/**
 * What starts executions. `reconcile` cannot do it itself: the machine refers to `reconcile`, and two resources of a
 * template cannot refer to each other.
 */
export const executionTrigger = (stack: string): Trigger => ({
  name: 'ExecutionDue',
  target: 'start-rollout',
  pattern: { source: [EVENT_SOURCE], 'detail-type': [EXECUTION_DUE], detail: { stack: [stack] } },
});

/** Names in the environment of the functions. */
export const ENVIRONMENT = {
  stack: 'HOLDFAST_STACK_TAG',
  table: 'HOLDFAST_TABLE',
  bucket: 'HOLDFAST_CONFIG_BUCKET',
  wakeQueue: 'HOLDFAST_WAKE_QUEUE_URL',
  reconcile: 'HOLDFAST_RECONCILE_FUNCTION',
  instanceProfile: 'HOLDFAST_INSTANCE_PROFILE_ARN',
  topic: 'HOLDFAST_TOPIC_ARN',
  probeInterval: 'HOLDFAST_PROBE_INTERVAL_SECONDS',
  /** The names that our documents have on AWS, by our own: a JSON object. */
  documents: 'HOLDFAST_DOCUMENTS',
  /** Of `start-rollout` alone: the others ask it, by an event, to start executions. */
  rollingUpdate: 'HOLDFAST_ROLLING_UPDATE_ARN',
} as const;

/** Of the function behind groups that templates declare: where it finds the group API. */
export const GROUP_API_FUNCTION = 'HOLDFAST_GROUP_API_FUNCTION';

/** The table's two indexes; both sparse. */
export const TABLE_KEYS = {
  partition: 'pk',
  sort: 'sk',
  ttl: 'expiresAt',
  /** Lists groups: `listShard` (`LIST#0` … `LIST#7`), sorted by `listId`. */
  listIndex: 'groups',
  listShard: 'listShard',
  listId: 'listId',
  listShards: 8,
  /** Finds an instance's group: `instanceId`. */
  instanceIndex: 'instances',
  instanceId: 'instanceId',
} as const;

/** CloudWatch namespace of our metrics; dimension `Stack`, and `Group` where there is one. */
export const METRIC_NAMESPACE = 'Holdfast';
/** `source` of our own events on EventBridge. */
export const EVENT_SOURCE = 'holdfast';

/** What the names of groups' own alarms begin with; IAM lets reconcile touch no other alarm. */
export const groupAlarmPrefix = (stack: string): string => `holdfast:${stack}:`;
