import { z } from 'zod';

/** What CloudFormation sends of any custom resource. */
export const customResourceSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.string().min(1),
  StackId: z.string().min(1),
  RequestId: z.string().min(1),
  LogicalResourceId: z.string().min(1),
  PhysicalResourceId: z.string().min(1).optional(),
});

/** What a group in a template says; CloudFormation makes text of everything. */
export const groupResourceSchema = z.object({
  GroupId: z.string().min(1),
  /** JSON, since text that is no text would be another config. */
  Properties: z.string().transform((text, context) => {
    try {
      return z.json().parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: 'custom', message: 'is no JSON once CloudFormation has filled it in' });
      return z.NEVER;
    }
  }),
  Wait: z.enum(['true', 'false']).transform((text) => text === 'true'),
  TimeoutSeconds: z.coerce.number().int().positive(),
  OnDelete: z.enum(['free', 'destroy']),
});

/** What one invocation leaves to the next; times are Unix milliseconds. */
export const groupResourceProgressSchema = z.strictObject({
  wanted: z.enum(['converged', 'destroyed']),
  changed: z.boolean(),
  idIfFailed: z.string(),
  startedAt: z.number(),
});
