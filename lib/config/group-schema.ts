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

const allocation = z.strictObject({
  Size: z
    .int({ error: SIZE })
    .min(0, { error: SIZE })
    .max(MAX_SIZE, { error: SIZE })
    .meta({ description: 'How many instances: cattle', default: 0, examples: [3] })
    .optional(),
  LogicalIDs: z
    .array(
      z.string().regex(LOGICAL_ID, {
        error: 'must be 1 to 128 of letters, digits, ".", "_", ":" and "-", starting with a letter or digit',
      }),
    )
    .max(MAX_PETS)
    .nullable()
    .meta({
      description: 'Which instances: pets. IPv4 addresses become their private addresses',
      absent: 'none: cattle',
      examples: [['10.0.1.10', '10.0.2.10', '10.0.3.10']],
    })
    .optional(),
});

const maintenanceWindow = z.strictObject({
  Cron: z
    .string()
    .superRefine((cron, context) => {
      const problem = cronProblem(cron);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .meta({
      description: 'When the window opens: minute, hour, day of month, month and day of week',
      shape: 'five fields of cron',
      examples: ['0 2 * * SAT-SUN'],
    }),
  Duration: lastingSchema.meta({
    description: 'How long the window stays open, in elapsed time',
    examples: ['3h'],
  }),
  TimeZone: z
    .string()
    .refine(isTimeZone, { error: 'must be an IANA time zone such as "Europe/Berlin"' })
    .meta({
      description: 'The clock that the cron is read by',
      shape: 'IANA time zone',
      default: 'UTC',
      examples: ['Europe/Berlin'],
    })
    .optional(),
});

const canary = z.strictObject({
  Size: amountSchema
    .refine((size) => !isZero(parseAmount(size)), { error: 'must be at least 1' })
    .meta({ description: 'How many instances go first; not 0', examples: [1] }),
  Bake: durationSchema
    .meta({
      description: 'How long they are watched before the rest follows',
      default: '0s',
      examples: ['5m'],
    })
    .optional(),
});

const WAIT = 'must be a duration such as "10m", or "approval"';

const checkpoint = z.strictObject({
  At: percentSchema.meta({
    description: 'The share of replaced instances at which to stop: "1%" to "100%", ascending',
    examples: ['50%'],
  }),
  Wait: z.union([z.literal('approval'), durationSchema], { error: WAIT }).meta({
    description: 'For how long, or "approval" for until `group resume`',
    shape: 'duration or `approval`',
    examples: ['10m', 'approval'],
  }),
});

const updating = z.strictObject({
  MaxUnavailable: amountSchema
    .meta({
      description:
        'Healthy instances that voluntary disruption may take at once; a share rounds down, to at least 1 without surge',
      default: 1,
      examples: [1, '20%'],
    })
    .optional(),
  MaxSurge: amountSchema
    .meta({
      description: 'Instances above the size during a roll; a share rounds up; 0 for pets',
      default: 0,
      examples: [2, '10%'],
    })
    .optional(),
  Duration: durationSchema
    .meta({
      description: 'How long a new instance must be healthy; not together with Count',
      absent: 'the first healthy check is enough',
      examples: ['30s'],
    })
    .optional(),
  Count: z
    .int()
    .min(0)
    .max(1_000)
    .meta({
      description:
        'For how many checks in a row, at least ten seconds apart, a new instance must be healthy; not together with Duration',
      absent: 'the first healthy check is enough',
      examples: [2],
    })
    .optional(),
  SkipBeforeInstanceDestroy: z
    .literal('drain')
    .nullable()
    .meta({ description: '"drain" skips draining in a roll', absent: 'none: instances are drained' })
    .optional(),
  DrainTimeout: lastingSchema
    .meta({ description: 'Limit for one drain', default: '5m', examples: ['10m'] })
    .optional(),
  HealthTimeout: lastingSchema
    .meta({
      description: 'How long a new instance has to become healthy in a roll',
      default: '15m',
      examples: ['5m'],
    })
    .optional(),
  Canary: canary
    .meta({
      description: 'Replace these first, watch them, then the rest',
      absent: 'none: the first replacement goes alone',
      examples: [{ Size: 1, Bake: '5m' }],
    })
    .optional(),
  Checkpoints: z
    .array(checkpoint)
    .max(20)
    .meta({
      description: 'Shares at which the rollout stops, ascending',
      absent: 'none',
      examples: [[{ At: '50%', Wait: 'approval' }]],
    })
    .optional(),
  Bake: durationSchema
    .meta({
      description: 'How long to watch at the end, before the rollout counts as done',
      default: '0s',
      examples: ['10m'],
    })
    .optional(),
  MaxFailures: z
    .int()
    .min(0)
    .max(MAX_SIZE)
    .meta({ description: 'New instances that may fail before OnFailure', default: 0, examples: [1] })
    .optional(),
  OnFailure: z
    .enum(['pause', 'rollback', 'continue'])
    .meta({
      description: 'What happens when more than MaxFailures failed, or an alarm or the deadline says so',
      default: 'pause',
      examples: ['rollback'],
    })
    .optional(),
  Alarms: z
    .array(z.string().min(1).max(255))
    .max(20)
    .meta({
      description:
        'CloudWatch alarms that fail the rollout while in ALARM; one that is missing, unreadable or without data holds it',
      absent: 'none',
      examples: [['web-errors']],
    })
    .optional(),
  Deadline: lastingSchema
    .meta({ description: 'Limit for the whole rollout', absent: 'none', examples: ['2h'] })
    .optional(),
  MaintenanceWindows: z
    .array(maintenanceWindow)
    .max(20)
    .meta({
      description: 'When voluntary disruption is allowed',
      absent: 'always',
      examples: [[{ Cron: '0 2 * * SAT-SUN', Duration: '3h', TimeZone: 'Europe/Berlin' }]],
    })
    .optional(),
  AllowQuorumLoss: z
    .boolean()
    .meta({ description: 'Lets a quorum of one or two roll', default: false })
    .optional(),
  Strategy: z
    .enum(['rolling', 'opportunistic'])
    .meta({
      description:
        'opportunistic: only instances launched anyway get the new revision; the others are as declared',
      default: 'rolling',
      examples: ['opportunistic'],
    })
    .optional(),
});

const repair = z
  .strictObject({
    Enabled: z
      .boolean()
      .meta({
        description: 'Replace instances that turn unhealthy; one that vanished is replaced all the same',
        default: true,
        examples: [false],
      })
      .optional(),
    Grace: durationSchema
      .meta({
        description:
          'How long an instance may be unhealthy before it is replaced; also how long a new one has to become healthy',
        default: '10m',
        examples: ['5m'],
      })
      .optional(),
    MaxUnhealthy: amountSchema
      .meta({
        description: 'More failures than this at once, and more than one, trip the breaker',
        default: '20%',
        examples: ['30%'],
      })
      .optional(),
    LaunchFirst: z
      .boolean()
      .meta({ description: 'Launch the replacement first (cattle only)', default: false })
      .optional(),
  })
  .meta({
    description: 'What happens when an instance vanishes or turns unhealthy',
    examples: [{ Grace: '5m', MaxUnhealthy: '20%' }],
  });

/** A plugin by InfraKit's name or ours; what its properties may be is the plugin's. */
export const pluginSchema = z.strictObject({ Plugin: z.string(), Properties: z.json().optional() });

/** Everything of a group's Properties but the plugins, in document order of InfraKit's `types.Spec`. */
export const groupFields = {
  Allocation: allocation
    .nullable()
    .meta({
      description: 'How many instances (Size) or which (LogicalIDs)',
      examples: [{ Size: 3 }, { LogicalIDs: ['10.0.1.10', '10.0.2.10', '10.0.3.10'] }],
    })
    .optional(),
  Updating: updating
    .nullable()
    .meta({
      description: 'How a change of instance or flavor is rolled out',
      examples: [{ MaxUnavailable: 1, Count: 2, OnFailure: 'rollback' }],
    })
    .optional(),
  Repair: repair.optional(),
  Protect: z.boolean().meta({ description: 'Refuses destroy and shrink', default: false }).optional(),
  Alarm: z
    .boolean()
    .meta({ description: "Adds one CloudWatch alarm of the group's own", default: false })
    .optional(),
  Allow: z
    .array(z.enum(['shrink']))
    .meta({
      description: '"shrink" lets an upload end more than the budget at once',
      absent: 'none',
      examples: [['shrink']],
    })
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
