import type {
  InstanceStateChange,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
} from '@aws-sdk/client-ec2';
import type { InstanceState } from '../../core/instance.js';
import type { Ec2Context } from './context.js';
import { refusal, wouldSucceed } from './errors.js';
import { type InstanceItem, truth } from './instance-item.js';
import { stateOf } from './instance-shape.js';
import { named } from './seeing.js';

/** EC2 API Reference, StopInstances: a stopped one stays so; all or none. */
export const stopInstances =
  (context: Ec2Context) =>
  async (input: StopInstancesRequest): Promise<StopInstancesResult> => {
    const items = inStates(
      context,
      'StopInstances',
      input.InstanceIds,
      ['running', 'stopping', 'stopped'],
      'stopped',
    );
    const spot = items.find(({ facts }) => facts.spotRequest !== undefined);
    if (spot) {
      throw refusal(
        'UnsupportedOperation',
        `You can't stop the Spot Instance '${spot.facts.id}' because it is associated with a one-time Spot Instance request.`,
      );
    }
    if (input.DryRun) throw wouldSucceed();
    return {
      StoppingInstances: items.map((item) =>
        changed(item, () => {
          if (truth(item).state === 'running') context.lifecycle.stop(item);
        }),
      ),
    };
  };

/** EC2 API Reference, StartInstances: a running one stays so; all or none. */
export const startInstances =
  (context: Ec2Context) =>
  async (input: StartInstancesRequest): Promise<StartInstancesResult> => {
    const items = inStates(
      context,
      'StartInstances',
      input.InstanceIds,
      ['stopped', 'pending', 'running'],
      'started',
    );
    if (input.DryRun) throw wouldSucceed();
    return {
      StartingInstances: items.map((item) =>
        changed(item, () => {
          if (truth(item).state === 'stopped') context.lifecycle.start(item);
        }),
      ),
    };
  };

function inStates(
  context: Ec2Context,
  operation: string,
  ids: readonly string[] | undefined,
  states: readonly InstanceState[],
  participle: string,
): readonly InstanceItem[] {
  if (!ids || ids.length === 0) {
    throw refusal('MissingParameter', 'The request must contain the parameter InstanceId');
  }
  const time = context.clock.now() - context.faults.readAge(operation);
  const items = named(context, ids, time).map(({ item }) => item);
  const wrong = items.find((item) => !states.includes(truth(item).state));
  if (wrong) {
    throw refusal(
      'IncorrectInstanceState',
      `The instance '${wrong.facts.id}' is not in a state from which it can be ${participle}.`,
    );
  }
  return items;
}

const changed = (item: InstanceItem, change: () => void): InstanceStateChange => {
  const before = truth(item).state;
  change();
  return {
    InstanceId: item.facts.id,
    PreviousState: stateOf(before),
    CurrentState: stateOf(truth(item).state),
  };
};
