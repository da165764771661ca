import { z } from 'zod';
import { EXECUTION_DUE, TASK_VERSION } from '../core/deployment.js';
import { groupId, rolloutId } from '../core/ids.js';

const poolSchema = z.object({
  subnet: z.string().optional(),
  zone: z.string().optional(),
  cidr: z.string().optional(),
  instanceType: z.string().optional(),
});

const stateSchema = z.enum(['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated']);

/** A message of the wake queue. */
export const wakeSchema = z.strictObject({
  group: z.string().min(1),
  impaired: z.enum(['same', 'changed']).optional(),
  due: z.number().optional(),
  happenedAt: z.number().optional(),
  expects: z.strictObject({ instance: z.string(), state: stateSchema }).optional(),
});

/** What starts `reconcile`: messages of its queue, a step of a rollout, or what it alone may do for a user. */
export const reconcileSchema = z.union([
  z.object({ Records: z.array(z.object({ body: z.string() })).min(1) }),
  z.strictObject({
    dryRun: z.strictObject({ request: z.record(z.string(), z.json()), pools: z.array(poolSchema) }),
  }),
  z.strictObject({ step: z.unknown() }),
  z.strictObject({ provision: z.unknown() }),
  z.strictObject({ destroy: z.array(z.string()).min(1) }),
  z.strictObject({ recover: z.unknown() }),
  z.strictObject({ rotate: z.unknown() }),
]);

const eventTime = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const ofExecution = {
  group: z.string().min(1).transform(groupId),
  rollout: z.string().min(1).transform(rolloutId),
  execution: z.int().min(1),
};

/** An execution of another release calls with another version; fields that are not known would be lost in silence. */
const version = z.literal(TASK_VERSION, {
  error: ({ input }) =>
    `version ${JSON.stringify(input)} is not known to this release, which knows ${TASK_VERSION}: deploy the release that the execution was started by`,
});

/** Input of the rolling-update machine's step. */
export const stepSchema = z.strictObject({ version, ...ofExecution, turn: z.int().min(1) });

/** Input of the health-check machine's task: `startedAt` is when its execution started. */
export const checkSchema = z.strictObject({ version, ...ofExecution, startedAt: eventTime });

/** The event that asks for an execution of the rolling-update machine; a name as Step Functions takes it. */
export const executionEventSchema = z.object({
  'detail-type': z.literal(EXECUTION_DUE),
  detail: z.strictObject({
    ...ofExecution,
    stack: z.string().min(1),
    name: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/, 'use 1 to 80 letters, digits, "-" and "_"'),
  }),
});

/** The EC2 events that the rules let through (Amazon EC2 User Guide, "Automate Amazon EC2 using EventBridge"). */
export const instanceEventSchema = z.discriminatedUnion('detail-type', [
  z.object({
    'detail-type': z.literal('EC2 Instance State-change Notification'),
    time: eventTime,
    detail: z.object({ 'instance-id': z.string(), state: stateSchema }),
  }),
  z.object({
    'detail-type': z.literal('EC2 Spot Instance Interruption Warning'),
    time: eventTime,
    detail: z.object({ 'instance-id': z.string() }),
  }),
  z.object({
    'detail-type': z.literal('EC2 Instance Rebalance Recommendation'),
    time: eventTime,
    detail: z.object({ 'instance-id': z.string() }),
  }),
]);

/** S3's events on EventBridge (Amazon S3 User Guide, "EventBridge event message structure"). */
export const bucketEventSchema = z.object({
  'detail-type': z.enum(['Object Created', 'Object Deleted']),
  detail: z.object({
    object: z.object({ key: z.string(), 'version-id': z.string().optional(), sequencer: z.string() }),
  }),
});

/** A JSON-RPC 2.0 request. */
export const rpcSchema = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string().max(100),
  params: z.unknown().optional(),
});

/** The names that our documents have on AWS, by our own. */
export const documentNamesSchema = z.record(z.string(), z.string());
