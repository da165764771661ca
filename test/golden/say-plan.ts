import { classify } from '../../lib/core/classify.js';
import type { GroupRecord } from '../../lib/core/group-record.js';
import type { Revision } from '../../lib/core/group-spec.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import type { Plan } from '../../lib/core/plan.js';
import { isRolling } from '../../lib/core/rollout.js';

/** The members as a plan sees them, then what it leaves undone. */
export const sayPlan = (
  plan: Plan,
  { orders, rollout }: Pick<GroupRecord, 'orders' | 'rollout'>,
  { spec }: Revision,
  members: readonly InstanceRecord[],
  now: number,
): string => {
  const entries = classify(
    { members, foreign: [] },
    {
      orders,
      configHash: spec.configHash,
      graceSeconds: spec.repair.graceSeconds,
      rollout: isRolling(rollout)
        ? { id: rollout.id, healthTimeoutSeconds: spec.updating.healthTimeoutSeconds }
        : undefined,
      now,
    },
  );
  const words = entries
    .filter((entry) => entry.bucket !== 'gone')
    .map(({ member, bucket }) => {
      const hash = plan.rollout === undefined ? '' : `${member.configHash}:`;
      return `${member.id}/${member.logicalId ?? member.zone}:${hash}${bucket}`;
    });
  const body = [
    ...(words.length === 0 ? ['nothing'] : words),
    ...(plan.converged ? ['— converged'] : []),
  ].join(' ');
  return [body, ...plan.undone.map((entry) => `  . ${entry.what}: ${entry.why}`)].join('\n');
};
