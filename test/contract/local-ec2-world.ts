import { EC2Client } from '@aws-sdk/client-ec2';
import { ec2InstanceProvider } from '../../lib/aws/ec2-instance-provider.js';
import { instanceId } from '../../lib/core/ids.js';
import { virtualClock } from '../../lib/local/clock.js';
import { localEc2 } from '../../lib/local/ec2/index.js';
import type { FaultRule } from '../../lib/local/fault-rule.js';
import { scriptedFaults } from '../../lib/local/faults.js';
import { routeClient, type SdkCall } from '../../lib/local/route-client.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import type { Ec2World } from './instance-provider-contract.js';
import { NEW_YEAR } from './sample-group.js';

/** The local EC2 behind a real client, with pages of three so that nobody forgets to page. */
export function localEc2World() {
  const clock = virtualClock(NEW_YEAR);
  const random = seededRandom(1);
  const faults = scriptedFaults(clock, random);
  const ec2 = localEc2({ clock, faults, random, emit: () => {}, pages: { byDefault: 3, atMost: 3 } });
  const calls: SdkCall[] = [];
  const client = routeClient(new EC2Client({ region: 'eu-west-1' }), ec2.answer, [
    (call, next) => {
      calls.push(call);
      return next();
    },
  ]);
  const world: Ec2World = {
    image: 'ami-0abc',
    instanceType: 't3.micro',
    subnet: 'subnet-1',
    address: '10.0.1.77',
    provider: (stack) => ec2InstanceProvider({ client, stack }),
    launchRaw: async (tags) => instanceId(ec2.others.launchForeign({ tags, subnet: 'subnet-1' })),
    eventually: async (check) => {
      for (let seconds = 0; ; seconds += 5) {
        try {
          return await check();
        } catch (error) {
          if (seconds > 300) throw error;
          await clock.advance(5000);
        }
      }
    },
    close: async () => client.destroy(),
  };
  return { ...world, ec2, clock, client, calls, fault: (rule: FaultRule) => faults.add(rule) };
}
