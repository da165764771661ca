import type { Revision } from '../core/group-spec.js';
import type { LaunchCheck } from './check-launches.js';
import { readTargetGroups } from './read-target-groups.js';
import type { Runtime } from './runtime.js';

/**
 * Asks whether the target groups exist that a revision names and the one before did not: one that does not is a mistake,
 * one that cannot be read is a warning. Those in force already are not asked about, so that a commit can mend a group
 * whose target group was deleted.
 */
export const checkTargetGroups = async (
  runtime: Pick<Runtime, 'targetGroups'>,
  before: Revision | undefined,
  revision: Revision,
): Promise<LaunchCheck> => {
  const named = revision.targetGroups ?? [];
  const known = before?.targetGroups ?? [];
  const sights = await readTargetGroups(
    runtime.targetGroups,
    named.filter((arn) => !known.includes(arn)),
  );
  const issues = named.flatMap((arn, index) => {
    const sight = sights.get(arn);
    if (sight?.kind !== 'missing') return [];
    const path = `Properties.Instance.Properties.TargetGroupARNs[${index}]`;
    return [{ path, message: `${sight.reason} in this account and region; name one that exists` }];
  });
  const warnings = [...sights].flatMap(([arn, sight]) =>
    sight.kind === 'unreadable' ? [`target group "${arn}" could not be read: ${sight.reason}`] : [],
  );
  return { issues, warnings };
};
