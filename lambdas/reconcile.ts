import { destroyNow, provisionNow } from '../lib/app/api/single-instances.js';
import type { Params } from '../lib/app/api-types.js';
import { dryRun } from '../lib/app/check-launches.js';
import { recoverNow, rotateNow } from '../lib/app/recover.js';
import { runPass } from '../lib/app/run-pass.js';
import type { Runtime } from '../lib/app/runtime.js';
import { stepRollout } from '../lib/app/step-rollout.js';
import { API_PARAMS } from '../lib/config/api-params.js';
import { reconcileSchema, stepSchema, wakeSchema } from '../lib/config/lambda-events.js';
import { groupId, instanceId } from '../lib/core/ids.js';
import { awsRuntime, invocationOf, type LambdaContext, once } from './runtime.js';

/** Runs passes, fed by the wake queue and by steps of rollouts; and answers what only it may ask of EC2 and of nodes. */
export const task =
  (runtime: Runtime) =>
  async (input: unknown, context: LambdaContext): Promise<unknown> => {
    const event = reconcileSchema.parse(input);
    if ('dryRun' in event) return dryRun(runtime, event.dryRun);
    if ('provision' in event) {
      return provisionNow(
        runtime,
        API_PARAMS['Instance.Provision'].parse(event.provision) as Params<'Instance.Provision'>,
      );
    }
    if ('destroy' in event) return destroyNow(runtime, event.destroy);
    const invocation = invocationOf(runtime, context);
    if ('recover' in event)
      return recoverNow(runtime, API_PARAMS['Flavor.Recover'].parse(event.recover), invocation);
    if ('rotate' in event)
      return rotateNow(runtime, API_PARAMS['Flavor.RotateTokens'].parse(event.rotate), invocation);
    if ('step' in event) {
      const { group, rollout, execution, turn } = stepSchema.parse(event.step);
      return stepRollout(runtime, { group, rollout, execution, turn }, invocation);
    }
    for (const record of event.Records) {
      const { group, expects, ...hints } = wakeSchema.parse(JSON.parse(record.body));
      const expected =
        expects === undefined ? {} : { expects: { ...expects, instance: instanceId(expects.instance) } };
      await runPass(runtime, { group: groupId(group), ...hints, ...expected }, invocation);
    }
    return undefined;
  };

export const handler = once(() => task(awsRuntime(process.env)));
