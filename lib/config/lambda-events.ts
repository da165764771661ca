import { z } from 'zod';

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
  expects: z.strictObject({ instance: z.string(), state: stateSchema }).optional(),
});

/** What starts `reconcile`: messages of its queue, or one of the questions that it alone may put to EC2. */
export const reconcileSchema = z.union([
  z.object({ Records: z.array(z.object({ body: z.string() })).min(1) }),
  z.strictObject({
    dryRun: z.strictObject({ request: z.record(z.string(), z.json()), pools: z.array(poolSchema) }),
  }),
  z.strictObject({ provision: z.unknown() }),
  z.strictObject({ destroy: z.array(z.string()).min(1) }),
]);

const eventTime = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

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
