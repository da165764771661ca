import { asFailure, Failure } from '../cli/failure.js';
import type { Target } from '../cli/target.js';
import { actOnCloud, isFaultAction } from './act-on-cloud.js';
import { commitDocument, planDocument, specText, viewPlan } from './plan-document.js';
import type { Action, Answer, Result } from './protocol.js';

export interface Acting {
  readonly target: Target;
  readonly where: 'local' | 'aws';
  /** Of one request; a repeat with the same one changes nothing. */
  readonly requestId: () => string;
  /** Why nothing may be changed. */
  readonly readOnly?: string | undefined;
}

/** Does what the page asks for. Never throws: what went wrong is the answer. */
export const act = async (acting: Acting, action: Action): Promise<Answer> => {
  try {
    if (acting.readOnly !== undefined && action.kind !== 'plan' && action.kind !== 'spec') {
      throw new Failure('NotAllowed', acting.readOnly);
    }
    return { ok: true, result: await resultOf(acting, action) };
  } catch (error) {
    const { code, message, issues } = asFailure(error);
    return {
      ok: false,
      error: {
        code,
        message,
        issues: issues.map(({ path, message: mistake, at }) => ({
          path,
          message: mistake,
          ...(at === undefined ? {} : { line: at.line, column: at.column }),
        })),
      },
    };
  }
};

const done = (message: string): Result => ({ kind: 'done', message });

const resultOf = async ({ target, where, requestId }: Acting, action: Action): Promise<Result> => {
  if (isFaultAction(action)) {
    if (where === 'aws') throw new Failure('NotAllowed', 'faults are for the local cloud only');
    return done(await actOnCloud(target, action));
  }
  const request = {
    RequestId: requestId(),
    ...('confirm' in action && action.confirm ? { Confirm: true } : {}),
  };
  switch (action.kind) {
    case 'plan':
      return { kind: 'plans', plans: await planDocument(target, action.text) };
    case 'commit':
      return { kind: 'plans', plans: await commitDocument(target, action.text, request) };
    case 'spec': {
      const { Spec } = await target.call('Group.Inspect', { ID: action.group });
      return { kind: 'spec', text: specText({ groups: { [Spec.ID]: { Properties: Spec.Properties } } }) };
    }
    case 'scale': {
      const committed = await target.call('Group.SetSize', {
        ID: action.group,
        Size: action.size,
        ...request,
      });
      return { kind: 'plans', plans: [viewPlan(committed)] };
    }
    case 'resume': {
      const { Approved } = await target.call('Group.Resume', { ID: action.group, ...request });
      return done(`${Approved ? 'approved' : 'resumed'} the rollout of ${action.group}`);
    }
    case 'stop-update':
      await target.call('Group.StopUpdate', { ID: action.group, ...request });
      return done(`stopped the rollout of ${action.group}`);
    case 'rollback': {
      const committed = await target.call('Group.Rollback', {
        ID: action.group,
        ...(action.revision === undefined ? {} : { Revision: action.revision }),
        ...(action.pretend ? { Pretend: true } : {}),
        ...request,
      });
      return { kind: 'plans', plans: [viewPlan(committed)] };
    }
    case 'restart': {
      const committed = await target.call('Group.Restart', { ID: action.group, ...request });
      return { kind: 'plans', plans: [viewPlan(committed)] };
    }
    case 'replace': {
      const committed = await target.call('Group.ReplaceInstances', {
        ID: action.group,
        Instances: action.instances,
        ...request,
      });
      return { kind: 'plans', plans: [viewPlan(committed)] };
    }
    case 'freeze':
      await target.call('Group.Freeze', {
        ...(action.group === undefined ? {} : { ID: action.group }),
        Reason: action.reason,
        ...(action.for === undefined ? {} : { For: action.for }),
        ...request,
      });
      return done(`froze ${action.group ?? 'the whole fleet'}`);
    case 'thaw':
      await target.call('Group.Thaw', {
        ...(action.group === undefined ? {} : { ID: action.group }),
        ...request,
      });
      return done(`thawed ${action.group ?? 'the whole fleet'}`);
    case 'override-breaker':
      await target.call('Group.OverrideBreaker', { ID: action.group, For: action.for, ...request });
      return done(`${action.group} is repaired for ${action.for}, whatever its breaker says`);
  }
};
