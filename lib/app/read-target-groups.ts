import { NotFoundError, ThrottledError, UnansweredError } from '../core/errors.js';
import type { InstanceId } from '../core/ids.js';
import type { TargetGroups, TargetHealth } from '../ports/target-groups.js';

/** What one target group showed. `missing`: there is none of that ARN. `unreadable`: nothing was learned. */
export type TargetGroupSight =
  | { readonly kind: 'read'; readonly health: ReadonlyMap<InstanceId, TargetHealth> }
  | { readonly kind: 'missing' | 'unreadable'; readonly reason: string };

export type TargetGroupSights = ReadonlyMap<string, TargetGroupSight>;

const AT_ONCE = 10;

/** Asks each of these once. One that cannot be read leaves the others alone. */
export const readTargetGroups = async (
  targetGroups: TargetGroups,
  arns: readonly string[],
): Promise<TargetGroupSights> => {
  const sights = new Map<string, TargetGroupSight>();
  const wanted = [...new Set(arns)];
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = wanted.slice(from, from + AT_ONCE);
    const seen = await Promise.all(some.map((arn) => readOne(targetGroups, arn)));
    some.forEach((arn, index) => {
      const sight = seen[index];
      if (sight !== undefined) sights.set(arn, sight);
    });
  }
  return sights;
};

const readOne = async (targetGroups: TargetGroups, arn: string): Promise<TargetGroupSight> => {
  try {
    return { kind: 'read', health: await targetGroups.health(arn) };
  } catch (error) {
    if (error instanceof NotFoundError) return { kind: 'missing', reason: error.message };
    if (error instanceof ThrottledError || error instanceof UnansweredError)
      return { kind: 'unreadable', reason: error.message };
    throw error;
  }
};

/** Whether a target group says, of a running instance, anything but healthy. One that cannot be read says nothing. */
export const isAmiss = (sight: TargetGroupSight | undefined, id: InstanceId): boolean => {
  if (sight?.kind === 'read') return sight.health.get(id)?.state !== 'healthy';
  return sight?.kind === 'missing';
};

/** The name in the ARN of a target group: `arn:…:targetgroup/<name>/<id>`. */
export const targetGroupName = (arn: string): string => arn.split('/')[1] ?? arn;
