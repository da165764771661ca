import type { TerminateInstancesRequest, TerminateInstancesResult } from '@aws-sdk/client-ec2';
import type { Ec2Context } from './context.js';
import { invalidValue, refusal, wouldSucceed } from './errors.js';
import { type InstanceItem, truth } from './instance-item.js';
import { stateOf } from './instance-shape.js';
import { named } from './seeing.js';

/** EC2 API Reference, TerminateInstances: up to 1000 instances. */
const MOST_IDS = 1_000;

/**
 * Ends instances, again without effect. EC2 API Reference, TerminateInstances: one unknown id and none is terminated;
 * one that is protected fails the request and keeps alive all of its own zone, while those of other zones end.
 */
export const terminateInstances =
  (context: Ec2Context) =>
  async (input: TerminateInstancesRequest): Promise<TerminateInstancesResult> => {
    const ids = input.InstanceIds ?? [];
    if (ids.length === 0) {
      throw refusal('MissingParameter', 'The request must contain the parameter InstanceId');
    }
    if (ids.length > MOST_IDS)
      throw invalidValue('instancesSet', `${ids.length} ids`, `At most ${MOST_IDS}.`);
    const time = context.clock.now() - context.faults.readAge('TerminateInstances');
    const items = named(context, ids, time).map(({ item }) => item);
    const guarded = items.filter((item) => isProtected(item));
    const closedZones = new Set(guarded.map(({ facts }) => facts.zone));
    if (input.DryRun && guarded.length === 0) throw wouldSucceed();
    const ending = input.DryRun ? [] : items.filter(({ facts }) => !closedZones.has(facts.zone));
    const changes = ending.map((item) => {
      const before = truth(item).state;
      context.lifecycle.end(item, 'api');
      return {
        InstanceId: item.facts.id,
        PreviousState: stateOf(before),
        CurrentState: stateOf(truth(item).state),
      };
    });
    const [first] = guarded;
    if (first) {
      throw refusal(
        'OperationNotPermitted',
        `The instance '${first.facts.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
    }
    return { TerminatingInstances: changes };
  };

const isProtected = (item: InstanceItem): boolean => {
  const { protected: isSet, state } = truth(item);
  return isSet && state !== 'shutting-down' && state !== 'terminated';
};
