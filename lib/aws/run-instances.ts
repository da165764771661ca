import { type EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { InstanceDescription } from '../core/instance.js';
import type { LaunchCall } from '../ports/instance-provider.js';
import { describedInstance } from './describe.js';
import { launchError } from './ec2-errors.js';
import { launchInput } from './launch-input.js';

/** One RunInstances call under the order's token: at least one instance or an error, at most `count`. */
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
  try {
    const { Instances } = await client.send(command);
    return (Instances ?? []).map(describedInstance);
  } catch (error) {
    throw launchError(error);
  }
}
