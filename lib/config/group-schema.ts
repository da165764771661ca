import { z } from 'zod';
import { cronProblem, isTimeZone } from './cron.js';
import { amountSchema, durationSchema, isZero, lastingSchema, parseAmount, percentSchema } from './values.js';

/** More instances than this in one group are taken for a slip of the finger. */
export const MAX_SIZE = 10_000;
/** More pets than this in one group are taken for a slip of the finger. */
const MAX_PETS = 1_000;

/** What an EC2 tag value can hold and a person can read. */
const LOGICAL_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

const SIZE = `must be a whole number from 0 to ${MAX_SIZE}`;

const allocation = z
  .strictObject({
    Size: z
      .int({ error: SIZE })
      .min(0, { error: SIZE })
      .max(MAX_SIZE, { error: SIZE })
      .describe('How many instances: cattle')
      .optional(),
    LogicalIDs: z
      .array(
        z.string().regex(LOGICAL_ID, {
          error:
            'must be 1 to 128 of letters, digits, ".", "_", ":" and "-", starting with a letter or digit',
        }),
      )
      .max(MAX_PETS)
      .nullable()
      .describe('Which instances: pets. IPv4 addresses become their private addresses')
      .optional(),
  })
  .describe('How many instances (Size) or which (LogicalIDs)');

const maintenanceWindow = z.strictObject({
  Cron: z
    .string()
    .superRefine((cron, context) => {
      const problem = cronProblem(cron);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .describe(
      'When the window opens: minute, hour, day of month, month, day of week, such as "0 2 * * SAT-SUN"',
    ),
  Duration: lastingSchema.describe('How long the window stays open, in elapsed time: "3h"'),
  TimeZone: z
    .string()
    .refine(isTimeZone, { error: 'must be an IANA time zone such as "Europe/Berlin"' })
    .describe('IANA name, such as "Europe/Berlin"; UTC when absent')
    .optional(),
});

const canary = z.strictObject({
  Size: amountSchema
    .refine((size) => !isZero(parseAmount(size)), { error: 'must be at least 1' })
    .describe('How many instances go first'),
  Bake: durationSchema.describe('How long they are watched before the rest follows').optional(),
});

const WAIT = 'must be a duration such as "10m", or "approval"';

const checkpoint = z.strictObject({
  At: percentSchema.describe('The share of replaced instances at which to stop'),
  Wait: z
    .union([z.literal('approval'), durationSchema], { error: WAIT })
    .describe('For how long, or "approval" for until `group resume`'),
});

const updating = z
  .strictObject({
    MaxUnavailable: amountSchema
      .describe('Instances that may be unavailable at once; 1 when absent')
      .optional(),
    MaxSurge: amountSchema.describe('Instances above the size during a roll; 0 when absent').optional(),
    Duration: durationSchema.describe('How long a new instance must be healthy').optional(),
    Count: z
      .int()
      .min(0)
      .max(1_000)
      .describe('For how many checks in a row a new instance must be healthy')
      .optional(),
    SkipBeforeInstanceDestroy: z.literal('drain').nullable().describe('"drain" skips draining').optional(),
    DrainTimeout: lastingSchema.describe('Limit for one drain; 5m when absent').optional(),
    HealthTimeout: lastingSchema
      .describe('How long a new instance has to become healthy; 15m when absent')
      .optional(),
    Canary: canary.describe('Replace these first, watch them, then the rest').optional(),
    Checkpoints: z
      .array(checkpoint)
      .max(20)
      .describe('Shares at which the rollout stops, at least "1%"; ascending')
      .optional(),
    Bake: durationSchema.describe('How long to watch at the end').optional(),
    MaxFailures: z
      .int()
      .min(0)
      .max(MAX_SIZE)
      .describe('New instances that may fail; 0 when absent')
      .optional(),
    OnFailure: z.enum(['pause', 'rollback', 'continue']).describe('What then; pause when absent').optional(),
    Alarms: z
      .array(z.string().min(1).max(255))
      .max(20)
      .describe('CloudWatch alarms that fail the rollout while in ALARM')
      .optional(),
    Deadline: lastingSchema.describe('Limit for the whole rollout').optional(),
    MaintenanceWindows: z
      .array(maintenanceWindow)
      .max(20)
      .describe('When voluntary disruption is allowed; always when absent')
      .optional(),
    AllowQuorumLoss: z.boolean().describe('Lets a quorum of one or two roll').optional(),
    Strategy: z
      .enum(['rolling', 'opportunistic'])
      .describe('opportunistic: only instances launched anyway get the new revision')
      .optional(),
  })
  .describe('How a change of instance or flavor is rolled out');

const repair = z
  .strictObject({
    Enabled: z.boolean().describe('true when absent').optional(),
    Grace: durationSchema
      .describe('How long an instance may be unhealthy before it is replaced; 10m when absent')
      .optional(),
    MaxUnhealthy: amountSchema
      .describe('More than this at once trips the breaker; "20%" when absent')
      .optional(),
    LaunchFirst: z.boolean().describe('Launch the replacement first').optional(),
  })
  .describe('What happens when an instance vanishes or turns unhealthy');

/** A plugin by InfraKit's name or ours; what its properties may be is the plugin's. */
export const pluginSchema = z.strictObject({ Plugin: z.string(), Properties: z.json().optional() });

/** Everything of a group's Properties but the plugins, in document order of InfraKit's `types.Spec`. */
export const groupFields = {
  Allocation: allocation.nullable().optional(),
  Updating: updating.nullable().optional(),
  Repair: repair.optional(),
  Protect: z.boolean().describe('Refuses destroy and shrink').optional(),
  Alarm: z.boolean().describe("Adds one CloudWatch alarm of the group's own").optional(),
  Allow: z
    .array(z.enum(['shrink']))
    .describe('What an upload may do beyond growing: "shrink"')
    .optional(),
};

export const propertiesSchema = z.strictObject({
  ...groupFields,
  // Their own rules give InfraKit's messages; here only that the keys are known.
  Instance: z.unknown().optional(),
  Flavor: z.unknown().optional(),
});

export type Properties = z.infer<typeof propertiesSchema>;
export type AllocationProperties = z.infer<typeof allocation>;
export type UpdatingProperties = z.infer<typeof updating>;
export type RepairProperties = z.infer<typeof repair>;
