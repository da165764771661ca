import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { slimBundle, writeOutSchemaKeys } from '../../bin/slim-bundle.js';

/** Sends calls of several protocols to a wire that records them, and reads an answer of EC2. */
const PROBE = `
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';

const ANSWER = '<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>' +
  '<privateIpAddress>10.0.0.1</privateIpAddress><launchTime>2026-01-02T03:04:05.000Z</launchTime>' +
  '<tagSet><item><key>infrakit.group</key><value>web</value></item></tagSet>' +
  '<instanceState><code>16</code><name>running</name></instanceState></item></instancesSet></item></reservationSet></DescribeInstancesResponse>';

const asText = (body) => body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? '');

export async function probe() {
  const sent = [];
  const requestHandler = {
    handle: async ({ method, path, query, headers, body }) => {
      sent.push({ method, path, query, target: headers['x-amz-target'], type: headers['content-type'], body: asText(body) });
      const isEc2 = asText(body).includes('DescribeInstances');
      return { response: { statusCode: 200, headers: {}, reason: 'OK', body: new Blob([isEc2 ? ANSWER : asText(body).includes('Action=') ? '<R/>' : '{}']).stream() } };
    },
  };
  const config = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, requestHandler };
  const ec2 = new EC2Client(config);
  const seen = await ec2.send(new DescribeInstancesCommand({ Filters: [{ Name: 'tag:infrakit.group', Values: ['a', 'b'] }], MaxResults: 5 }));
  await ec2.send(new RunInstancesCommand({
    ImageId: 'ami-1', MinCount: 1, MaxCount: 2, ClientToken: 't', SecurityGroupIds: ['sg-1', 'sg-2'],
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8, Encrypted: true } }],
    MetadataOptions: { HttpTokens: 'required' }, TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'k', Value: 'v' }] }],
  }));
  await new S3Client(config).send(new PutObjectCommand({ Bucket: 'b', Key: 'results/a.json', Body: '{}', ContentType: 'application/json' }));
  await new SQSClient(config).send(new SendMessageBatchCommand({ QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/q', Entries: [{ Id: '1', MessageBody: 'web' }] }));
  return { sent, seen: seen.Reservations, issues: z.strictObject({ a: z.number() }).safeParse({ a: 'x' }).error?.issues };
}
`;

async function bundled(plugins: readonly (typeof slimBundle)[]) {
  const outfile = join(mkdtempSync(join(tmpdir(), 'holdfast-slim-')), 'index.mjs');
  const { metafile } = await build({
    stdin: { contents: PROBE, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    mainFields: ['module', 'main'],
    metafile: true,
    outfile,
    plugins: [...plugins],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const bytes = Object.values(metafile.outputs).reduce((sum, it) => sum + it.bytes, 0);
  const { probe } = await import(pathToFileURL(outfile).href);
  return { bytes, result: await probe() };
}

it('sends and reads byte for byte what the whole SDK does, from less than half', async () => {
  const [whole, slim] = await Promise.all([bundled([]), bundled([slimBundle])]);
  expect(slim.result).toEqual(whole.result);
  expect(slim.result.sent).toHaveLength(4);
  expect(slim.result.sent[1].body).toContain('TagSpecification.1.Tag.1.Key=k');
  expect(slim.result.seen[0].Instances[0]).toMatchObject({
    InstanceId: 'i-1',
    Tags: [{ Key: 'infrakit.group', Value: 'web' }],
  });
  expect(slim.bytes).toBeLessThan(whole.bytes / 2);
});

it('fails on a key that is no constant, rather than guess', () => {
  expect(
    writeOutSchemaKeys('const _a = "x";\nexport var A = [{ [_a]: 1, [_a]: [0, { [_a]: 2 }] }];', 'f'),
  ).toBe('const _a = "x";\nexport var A = [{ "x": 1, "x": [0, { "x": 2 }] }];');
  expect(() => writeOutSchemaKeys('export var A = [{ [other()]: 1, [_b]: 2 }];', 'schemas_0.js')).toThrow(
    'schemas_0.js: the key [_b]',
  );
});
