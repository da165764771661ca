import { z } from 'zod';
import { type Action, FASTEST } from './protocol.js';

const group = z.string().min(1);
const instance = z.string().min(1);
const instances = z.array(instance).min(1);
const text = z.string().max(1_000_000);
const confirm = z.boolean().optional();

const SCHEMA: z.ZodType<Action> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plan'), text }),
  z.strictObject({ kind: z.literal('commit'), text, confirm }),
  z.strictObject({ kind: z.literal('spec'), group }),
  z.strictObject({ kind: z.literal('scale'), group, size: z.int().min(0), confirm }),
  z.strictObject({ kind: z.literal('resume'), group }),
  z.strictObject({ kind: z.literal('stop-update'), group }),
  z.strictObject({
    kind: z.literal('rollback'),
    group,
    revision: z.int().min(1).optional(),
    pretend: z.boolean().optional(),
    confirm,
  }),
  z.strictObject({ kind: z.literal('restart'), group, confirm }),
  z.strictObject({ kind: z.literal('replace'), group, instances, confirm }),
  z.strictObject({
    kind: z.literal('freeze'),
    group: group.optional(),
    reason: z.string().min(1),
    for: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('thaw'), group: group.optional() }),
  z.strictObject({ kind: z.literal('override-breaker'), group, for: z.string() }),
  z.strictObject({ kind: z.literal('kill'), instance }),
  z.strictObject({ kind: z.literal('terminate'), instance }),
  z.strictObject({ kind: z.literal('stop'), instance }),
  z.strictObject({ kind: z.literal('cut-off'), instance }),
  z.strictObject({ kind: z.literal('reconnect'), instance }),
  z.strictObject({ kind: z.literal('fill-zone'), zone: z.string().min(1) }),
  z.strictObject({ kind: z.literal('lose-events') }),
  z.strictObject({ kind: z.literal('throttle'), seconds: z.number().positive().max(3_600) }),
  z.strictObject({ kind: z.literal('remove-fault'), id: z.int() }),
  z.strictObject({ kind: z.literal('clear-faults') }),
  z.strictObject({ kind: z.literal('clock'), speed: z.number().min(0).max(FASTEST) }),
]);

/** What the page asked for, or every mistake in it. */
export const parseAction = (
  value: unknown,
): { readonly action: Action } | { readonly issues: readonly { path: string; message: string }[] } => {
  const parsed = SCHEMA.safeParse(value);
  if (parsed.success) return { action: parsed.data };
  return {
    issues: parsed.error.issues.map(({ path, message }) => ({
      path: path.join('.'),
      message: message.charAt(0).toLowerCase() + message.slice(1),
    })),
  };
};
