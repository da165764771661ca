import { type _InstanceType, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, test, vi } from 'vitest';
import { ec2InstanceProvider } from '../../lib/aws/ec2-instance-provider.js';
import { instanceId } from '../../lib/core/ids.js';
import { awsTarget } from './aws-target.js';
import { type Ec2World, instanceProviderContract } from './instance-provider-contract.js';
import { localEc2World } from './local-ec2-world.js';

instanceProviderContract('EC2 adapter on the local cloud', async () => localEc2World());

/** Launches a dozen instances for some minutes, in a subnet where nothing else should be. */
const target = awsTarget('EC2 adapter', [
  'AWS_REGION',
  'HOLDFAST_CONTRACT_IMAGE',
  'HOLDFAST_CONTRACT_INSTANCE_TYPE',
  'HOLDFAST_CONTRACT_SUBNET',
  'HOLDFAST_CONTRACT_ADDRESS',
]);

if (target) {
  const onAws = async (): Promise<Ec2World> => {
    const client = new EC2Client({ region: target.AWS_REGION });
    const stacks = new Set<string>();
    const raw = new Set<ReturnType<typeof instanceId>>();
    const provider = (stack: string) => {
      stacks.add(stack);
      return ec2InstanceProvider({ client, stack });
    };
    return {
      image: target.HOLDFAST_CONTRACT_IMAGE,
      instanceType: target.HOLDFAST_CONTRACT_INSTANCE_TYPE,
      subnet: target.HOLDFAST_CONTRACT_SUBNET,
      address: target.HOLDFAST_CONTRACT_ADDRESS,
      provider,
      launchRaw: async (tags) => {
        const { Instances } = await client.send(
          new RunInstancesCommand({
            ImageId: target.HOLDFAST_CONTRACT_IMAGE,
            InstanceType: target.HOLDFAST_CONTRACT_INSTANCE_TYPE as _InstanceType,
            SubnetId: target.HOLDFAST_CONTRACT_SUBNET,
            MinCount: 1,
            MaxCount: 1,
            TagSpecifications: [
              {
                ResourceType: 'instance',
                Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
              },
            ],
          }),
        );
        const id = instanceId(Instances?.[0]?.InstanceId ?? '');
        raw.add(id);
        return id;
      },
      eventually: (check) => vi.waitFor(check, { timeout: 300_000, interval: 3000 }),
      close: async () => {
        for (const stack of stacks) {
          const left = await provider(stack).fleet();
          await provider(stack).terminate([...left.map(({ id }) => id), ...raw]);
        }
        client.destroy();
      },
    };
  };
  vi.setConfig({ testTimeout: 600_000 });
  instanceProviderContract('EC2 adapter on AWS', onAws);
} else {
  describe.skip('EC2 adapter on AWS', () => {
    test('it keeps the promises of an InstanceProvider', () => {});
  });
}
