import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { sdkStreamMixin } from '@smithy/core/serde';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { s3ConfigBucket } from '../../lib/aws/s3-config-bucket.js';

const client = new S3Client({ region: 'eu-west-1' });
const s3 = mockClient(client);
beforeEach(() => s3.reset());

const bucket = s3ConfigBucket({ client, bucket: 'config' });
const object = (text: string) => ({
  Body: sdkStreamMixin(Readable.from([Buffer.from(text)])),
  ContentLength: Buffer.byteLength(text),
});
const failing = (name: string) => s3.on(GetObjectCommand).rejects(Object.assign(new Error('no'), { name }));

test('it reads one version of an object as text', async () => {
  s3.on(GetObjectCommand, { Bucket: 'config', Key: 'groups/ü.json', VersionId: 'v1' }).resolves(
    object('{"ü": 1}'),
  );
  expect(await bucket.read('groups/ü.json', 'v1')).toBe('{"ü": 1}');
});

test.each(['NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed'])(
  'it has nothing where S3 says %s',
  async (name) => {
    failing(name);
    expect(await bucket.read('groups/a.json')).toBeUndefined();
  },
);

test('it does not take "denied" for "not there"', async () => {
  failing('AccessDenied');
  await expect(bucket.read('groups/a.json')).rejects.toThrow('no');
});

test('it takes 1 MiB and refuses more, whether the length was announced or not', async () => {
  const largest = 'x'.repeat(1024 * 1024);
  s3.on(GetObjectCommand)
    .resolvesOnce(object(largest))
    .resolvesOnce(object(`${largest}x`))
    .resolvesOnce({ Body: object(`${largest}x`).Body });
  expect(await bucket.read('groups/a.json')).toHaveLength(1_048_576);
  await expect(bucket.read('groups/a.json')).rejects.toMatchObject({
    name: 'Refused',
    message: '"groups/a.json" has 1048577 bytes; a config file may have 1048576: split it',
  });
  await expect(bucket.read('groups/a.json')).rejects.toMatchObject({ name: 'Refused' });
});

test('it refuses bytes that are not UTF-8, and keeps a replacement character that was written', async () => {
  const latin1 = Buffer.from('{"ü": 1}', 'latin1');
  s3.on(GetObjectCommand)
    .resolvesOnce({ Body: sdkStreamMixin(Readable.from([latin1])), ContentLength: latin1.length })
    .resolvesOnce(object('"\ufffd"'));
  await expect(bucket.read('groups/a.json')).rejects.toMatchObject({
    name: 'Refused',
    message: '"groups/a.json" is not text in UTF-8: save it with that encoding',
  });
  expect(await bucket.read('groups/a.json')).toBe('"\ufffd"');
});

test('it writes text as JSON', async () => {
  s3.on(PutObjectCommand).resolves({});
  await bucket.write('results/groups/a.json', '{}');
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toEqual({
    Bucket: 'config',
    Key: 'results/groups/a.json',
    Body: '{}',
    ContentType: 'application/json; charset=utf-8',
  });
});
