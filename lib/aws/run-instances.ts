import { type EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddressInUseError,
  InsufficientCapacityError,
  LaunchRefusedError,
  UnansweredError,
} from '../core/errors.js';
import type { InstanceDescription } from '../core/instance.js';
import type { LaunchCall } from '../ports/instance-provider.js';
import { describedInstance } from './describe.js';
import { ec2Meaning, ec2Words, launchError } from './ec2-errors.js';
import { launchInput } from './launch-input.js';

/**
 * One RunInstances call under the order's token: at least one instance or an error, at most `count`. The client repeats
 * what was not answered; a refusal of the repetition proves nothing of the first try, which may still be on its way.
 */
export async function runInstances(
  client: EC2Client,
  call: LaunchCall,
): Promise<readonly InstanceDescription[]> {
  const command = new RunInstancesCommand({
    ...launchInput(call.request, call),
    MinCount: 1,
    MaxCount: call.count,
    ClientToken: call.token,
  });
  let isInDoubt = false;
  command.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (ec2Meaning(error) === 'unanswered') isInDoubt = true;
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'noteUnansweredTries' },
  );
  try {
    const { Instances } = await client.send(command);
    return (Instances ?? []).map(describedInstance);
  } catch (error) {
    const known = launchError(error);
    throw isInDoubt && isRefusal(known) ? new UnansweredError(ec2Words(error), { cause: error }) : known;
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof InsufficientCapacityError ||
  error instanceof LaunchRefusedError ||
  error instanceof AddressInUseError;
