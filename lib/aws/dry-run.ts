import { type EC2Client, EC2ServiceException, RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { Pool } from '../core/group-spec.js';
import type { DryRunFailure, LaunchRequest } from '../ports/instance-provider.js';
import { type Ec2Meaning, ec2Meaning, ec2Words } from './ec2-errors.js';
import { launchInput, withoutAddress } from './launch-input.js';

/** Says nothing about the launch as declared: nothing is known, or there is no room just now. */
const isInconclusive = (meaning: Ec2Meaning | undefined, code: string): boolean =>
  meaning === 'throttled' || meaning === 'unanswered' || (meaning === 'no-room' && code !== 'Unsupported');

/** RunInstances with `DryRun`: finds wrong images, subnets and types, and missing permissions, and starts nothing. */
export async function dryRun(
  client: EC2Client,
  request: LaunchRequest,
  pool: Pool,
): Promise<DryRunFailure | undefined> {
  const input = launchInput(withoutAddress(request), pool);
  try {
    await client.send(new RunInstancesCommand({ ...input, MinCount: 1, MaxCount: 1, DryRun: true }));
    return undefined;
  } catch (error) {
    const meaning = ec2Meaning(error);
    if (meaning === 'would-succeed') return undefined;
    if (!(error instanceof EC2ServiceException) && meaning !== 'unanswered') throw error;
    const code = error instanceof Error ? error.name : 'Unknown';
    const message = ec2Words(error).slice(code.length + 2);
    return { code, message, inconclusive: isInconclusive(meaning, code) };
  }
}
