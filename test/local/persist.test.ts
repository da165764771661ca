import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RealClock, realClock } from '../../lib/local/clock.js';
import { type LocalCloud, startLocalCloud } from '../../lib/local/local-cloud.js';
import { persistIn } from '../../lib/local/persist.js';

let directory: string;
let clock: RealClock;
beforeEach(() => {
  clock = realClock((error) => {
    throw error;
  });
  directory = mkdtempSync(join(tmpdir(), 'local-cloud-'));
});
afterEach(() => {
  clock.stop();
  rmSync(directory, { recursive: true, force: true });
});

const start = (): Promise<LocalCloud> => startLocalCloud({ clock, directory, seed: 8 });

interface Said {
  readonly launched?: string;
  readonly terminated?: string;
  readonly object?: string;
  readonly version?: string;
  readonly parameter?: string;
  readonly value?: string;
  readonly item?: string;
}

/** Runs the child until it has said so many things, then kills it without a warning. @returns all that it said. */
async function killAfter(lines: number): Promise<readonly Said[]> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'launch-until-killed.ts'), directory],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const said: Said[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(JSON.parse(line));
    if (said.length === lines) child.kill('SIGKILL');
  }
  await exited;
  return said;
}

async function state(cloud: LocalCloud, id: string): Promise<string | undefined> {
  const { Reservations } = await cloud
    .clients('parent')
    .ec2.send(new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [id] }] }));
  return Reservations?.[0]?.Instances?.[0]?.State?.Name;
}

describe('persistence', () => {
  test.each([1, 8, 29])(
    'it forgets nothing that was answered before a kill after %s answers',
    async (lines) => {
      const said = await killAfter(lines);
      expect(said.length).toBeGreaterThanOrEqual(lines);
      const cloud = await start();
      try {
        const { s3, ssm, dynamo } = cloud.clients('parent');
        for (const { launched, terminated, object, version, parameter, value, item } of said) {
          if (launched) expect(await state(cloud, launched)).toBeDefined();
          if (terminated) expect(await state(cloud, terminated)).toMatch(/shutting-down|terminated/);
          if (object) {
            const found = await s3.send(
              new GetObjectCommand({ Bucket: 'config', Key: object, VersionId: version }),
            );
            expect(await found.Body?.transformToString()).toMatch(/^\{"turn":\d+\}$/);
          }
          if (parameter) {
            const found = await ssm.send(new GetParameterCommand({ Name: parameter }));
            expect(found.Parameter?.Value).toBe(value);
          }
          if (item) {
            const Key = { pk: 'TURN', sk: item };
            const found = await dynamo.send(new GetCommand({ TableName: cloud.dynamo.tableName, Key }));
            expect(found.Item).toEqual(Key);
          }
        }
      } finally {
        await cloud.stop();
      }
    },
  );

  test('it finds queues, alarms and instances again after a stop, and goes on', async () => {
    const first = await start();
    first.createQueue('wakes');
    first.createBucket('config');
    first.sqs.find('wakes').send('remember me');
    first.cloudwatch.putAlarm({
      AlarmName: 'a',
      MetricName: 'M',
      Namespace: 'N',
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    const stranger = first.ec2.others.launchForeign({ tags: { Name: 'x' } });
    await first.stop();

    const second = await start();
    second.createQueue('wakes');
    second.createBucket('config');
    expect(
      second.sqs
        .find('wakes')
        .messages()
        .map(({ body }) => body),
    ).toEqual(['remember me']);
    expect(second.cloudwatch.alarms().map(({ definition }) => definition.AlarmName)).toEqual(['a']);
    expect(await state(second, stranger)).toBeDefined();
    const { ec2, s3 } = second.clients('parent');
    const { Instances } = await ec2.send(
      new RunInstancesCommand({ ImageId: 'ami-0abc', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
    );
    expect(Instances?.[0]?.InstanceId).not.toBe(stranger);
    await s3.send(new PutObjectCommand({ Bucket: 'config', Key: 'k', Body: 'v' }));
    await second.stop();
  });

  test('it refuses a folder that another local cloud uses, until that one stops', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(`is used by the local cloud of process ${process.pid}`);
    await first.stop();
    await (await start()).stop();
  });

  test('it takes over the folder of a process that is gone, and not of one that lives', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    writeFileSync(join(directory, 'lock'), String(child.pid));
    await (await start()).stop();
    writeFileSync(join(directory, 'lock'), String(process.ppid));
    await expect(start()).rejects.toThrow(`process ${process.ppid}`);
  });

  test('it writes a change soon, whole, and leaves no temporary file', async () => {
    let value = 1;
    const persistence = persistIn(directory);
    const keeper = persistence.keep('part', { snapshot: () => ({ value }), restore: () => {} });
    keeper.changed();
    value = 2;
    persistence.stop();
    expect(JSON.parse(readFileSync(join(directory, 'part.json'), 'utf8'))).toEqual({ value: 2 });
    value = 3;
    keeper.flush();
    expect(JSON.parse(readFileSync(join(directory, 'part.json'), 'utf8'))).toEqual({ value: 3 });
    expect(readdirSync(directory)).toEqual(['part.json']);
  });
});
