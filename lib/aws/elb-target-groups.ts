import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  ElasticLoadBalancingV2ServiceException,
  RegisterTargetsCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { NotFoundError, ThrottledError, UnansweredError } from '../core/errors.js';
import { type InstanceId, instanceId } from '../core/ids.js';
import { chunks, inFlight } from '../core/in-flight.js';
import type { TargetGroups, TargetHealth, TargetState } from '../ports/target-groups.js';
import { isUnanswered } from './lost-answer.js';

/** Targets a call. */
const AT_ONCE = 100;
const SINGLE_CALLS = 5;

/** Instances as targets of Application, Network and Gateway Load Balancers. */
export function elbTargetGroups(client: ElasticLoadBalancingV2Client): TargetGroups {
  const register = (targetGroup: string, ids: readonly InstanceId[]) =>
    client.send(new RegisterTargetsCommand(targets(targetGroup, ids)));
  const deregister = (targetGroup: string, ids: readonly InstanceId[]) =>
    client.send(new DeregisterTargetsCommand(targets(targetGroup, ids)));
  return {
    register: (targetGroup, ids) => each(targetGroup, ids, register),
    deregister: async (targetGroup, ids) => {
      await each(targetGroup, ids, deregister);
    },
    health: async (targetGroup) => {
      try {
        const { TargetHealthDescriptions } = await client.send(
          new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
        );
        return healthOf(TargetHealthDescriptions ?? []);
      } catch (error) {
        throw elbError(targetGroup, error);
      }
    },
  };
}

const targets = (TargetGroupArn: string, ids: readonly InstanceId[]) => ({
  TargetGroupArn,
  Targets: ids.map((Id) => ({ Id })),
});

/** Calls with up to a hundred at once; one bad target fails a whole call, so then each is tried on its own. @returns those refused. */
const each = async (
  targetGroup: string,
  ids: readonly InstanceId[],
  call: (targetGroup: string, ids: readonly InstanceId[]) => Promise<unknown>,
): Promise<ReadonlyMap<InstanceId, string>> => {
  const refused = new Map<InstanceId, string>();
  const attempt = async (some: readonly InstanceId[]): Promise<void> => {
    try {
      await call(targetGroup, some);
    } catch (error) {
      if (codeOf(error) !== 'InvalidTarget') throw elbError(targetGroup, error);
      const [only] = some;
      if (only !== undefined && some.length === 1) refused.set(only, wordsOf(error));
      else await inFlight(SINGLE_CALLS, some, (id) => attempt([id]));
    }
  };
  for (const some of chunks([...new Set(ids)], AT_ONCE)) await attempt(some);
  return refused;
};

/** A target that is registered with several ports counts by the first of them that is not healthy. */
const healthOf = (
  descriptions: readonly TargetHealthDescription[],
): ReadonlyMap<InstanceId, TargetHealth> => {
  const found = new Map<InstanceId, TargetHealth>();
  for (const { Target, TargetHealth } of descriptions) {
    if (!Target?.Id) continue;
    const id = instanceId(Target.Id);
    const known = found.get(id);
    if (known !== undefined && known.state !== 'healthy') continue;
    const reason = [TargetHealth?.Reason, TargetHealth?.Description].filter(Boolean).join(': ');
    found.set(id, { state: stateOf(TargetHealth?.State), reason });
  }
  return found;
};

/** ELB's states, ours beside. Source: ELB API Reference, TargetHealth. What we do not know proves nothing. */
const STATES: ReadonlyMap<string, TargetState> = new Map([
  ['initial', 'initial'],
  ['healthy', 'healthy'],
  ['unhealthy', 'unhealthy'],
  // Unhealthy, and its open connections are let go; it stays registered.
  ['unhealthy.draining', 'unhealthy'],
  ['unused', 'unused'],
  ['draining', 'draining'],
  ['unavailable', 'unavailable'],
]);

const stateOf = (state: string | undefined): TargetState => STATES.get(state ?? '') ?? 'unavailable';

/** Too many requests. Source: ELB API Reference, "Common errors", and what the SDK retries as throttling. */
const THROTTLED: ReadonlySet<string> = new Set([
  'RequestLimitExceeded',
  'Throttled',
  'Throttling',
  'TooManyRequests',
]);

/** ELB's code: the SDK adds `Exception` to some. */
const codeOf = (error: unknown): string =>
  error instanceof Error ? error.name.replace(/Exception$/, '') : '';

const wordsOf = (error: unknown): string =>
  error instanceof Error ? `${codeOf(error)}: ${error.message}` : String(error);

/** ELB's error in our words; a refusal of any other kind, such as a missing permission, proves nothing about a target. */
const elbError = (targetGroup: string, error: unknown): unknown => {
  const code = codeOf(error);
  const options = { cause: error };
  if (code === 'TargetGroupNotFound') return new NotFoundError(`no target group "${targetGroup}"`);
  if (THROTTLED.has(code)) return new ThrottledError(wordsOf(error), options);
  if (isUnanswered(error) || error instanceof ElasticLoadBalancingV2ServiceException)
    return new UnansweredError(wordsOf(error), options);
  return error;
};
