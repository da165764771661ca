import { RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { realClock } from '../../lib/local/clock.js';
import { startLocalCloud } from '../../lib/local/local-cloud.js';

/** Run by persist.test.ts: changes a local cloud kept in a folder and prints each thing once its answer is there. */
const [directory = ''] = process.argv.slice(2);
const clock = realClock((error) => {
  throw error;
});
const cloud = await startLocalCloud({ clock, directory, seed: 7 });
cloud.createBucket('config');
cloud.createQueue('wakes');
const { ec2, s3, ssm, dynamo } = cloud.clients('child');
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
cloud.sqs.find('wakes').send('remember me');

for (let turn = 0; ; turn += 1) {
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0abc',
      InstanceType: 't3.micro',
      SubnetId: 'subnet-1',
      MinCount: 1,
      MaxCount: 2,
      ClientToken: `token-${turn}`,
    }),
  );
  const [first, second] = Instances.map(({ InstanceId }) => InstanceId);
  say({ launched: first });
  say({ launched: second });
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [second ?? ''] }));
  say({ terminated: second });
  const { VersionId } = await s3.send(
    new PutObjectCommand({ Bucket: 'config', Key: `groups/${turn}.json`, Body: `{"turn":${turn}}` }),
  );
  say({ object: `groups/${turn}.json`, version: VersionId });
  await ssm.send(new PutParameterCommand({ Name: `/turn/${turn}`, Value: `${turn}`, Type: 'String' }));
  say({ parameter: `/turn/${turn}`, value: `${turn}` });
  await dynamo.send(
    new PutCommand({ TableName: cloud.dynamo.tableName, Item: { pk: 'TURN', sk: `${turn}` } }),
  );
  say({ item: `${turn}` });
}
