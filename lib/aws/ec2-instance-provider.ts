import type { EC2Client } from '@aws-sdk/client-ec2';
import type { InstanceProvider } from '../ports/instance-provider.js';
import { adopt } from './adopt.js';
import { describe } from './describe.js';
import { dryRun } from './dry-run.js';
import { type LaunchDefaults, renderLaunch } from './render-launch.js';
import { runInstances } from './run-instances.js';
import { impaired, statusChecks } from './status-checks.js';
import { terminate } from './terminate.js';

export interface Ec2InstanceProviderOptions extends LaunchDefaults {
  readonly client: EC2Client;
}

/** Instances of EC2 that carry this control plane's stack tag. */
export function ec2InstanceProvider({ client, ...defaults }: Ec2InstanceProviderOptions): InstanceProvider {
  const reads = describe(client, defaults.stack);
  return {
    ...reads,
    adopt: (ids, configHash) => adopt(client, defaults.stack, reads.byIds, ids, configHash),
    launch: (call) => runInstances(client, call),
    terminate: (ids) => terminate(client, ids),
    statusChecks: (ids) => statusChecks(client, ids),
    impaired: () => impaired(client),
    render: (launch) => renderLaunch(launch, defaults),
    dryRun: (request, pool) => dryRun(client, request, pool),
  };
}
