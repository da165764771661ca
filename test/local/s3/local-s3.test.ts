import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../lib/local/clock.js';
import type { CloudEvent } from '../../../lib/local/events/event.js';
import { scriptedFaults } from '../../../lib/local/faults.js';
import { seededRandom } from '../../../lib/local/seeded-random.js';
import { aCloud, START } from '../a-cloud.js';

async function aBucket() {
  const cloud = await aCloud();
  cloud.createBucket('config');
  const { s3 } = cloud.clients('tester');
  const put = (Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
    s3.send(new PutObjectCommand({ Bucket: 'config', Key, Body, ...more }));
  const get = (Key: string, VersionId?: string) =>
    s3.send(new GetObjectCommand({ Bucket: 'config', Key, VersionId }));
  const text = async (Key: string, VersionId?: string) =>
    (await get(Key, VersionId)).Body?.transformToString();
  const remove = (Key: string, VersionId?: string) =>
    s3.send(new DeleteObjectCommand({ Bucket: 'config', Key, VersionId }));
  const seen: CloudEvent[] = [];
  cloud.events.onEvent((event) => void seen.push(event));
  return { cloud, s3, put, get, text, remove, seen };
}

interface Detail {
  readonly object: Readonly<Record<string, unknown>> & { readonly sequencer: string };
}
const detailOf = (event: CloudEvent | undefined) => event?.detail as Detail;

describe('local S3', () => {
  test('it keeps every version and reads each', async () => {
    const { put, text, get } = await aBucket();
    const first = await put('groups/a.json', 'one');
    const second = await put('groups/a.json', 'zwei ✓');
    expect(await text('groups/a.json')).toBe('zwei ✓');
    expect(await text('groups/a.json', first.VersionId)).toBe('one');
    expect((await get('groups/a.json')).ContentLength).toBe(8);
    expect(second.ETag).toBe('"715f09ea9e301a7460cc8ecd6ffc2b6f"');
    await expect(text('groups/a.json', 'never')).rejects.toMatchObject({ name: 'NoSuchVersion' });
  });

  test('it deletes by a marker, which hides the object and keeps its versions', async () => {
    const { put, text, remove, s3 } = await aBucket();
    const { VersionId } = await put('a', 'one');
    const marker = await remove('a');
    expect(marker.DeleteMarker).toBe(true);
    expect(await text('a').catch((error: unknown) => error)).toBeInstanceOf(NoSuchKey);
    const head = s3.send(new HeadObjectCommand({ Bucket: 'config', Key: 'a' }));
    expect(await head.catch((error: unknown) => error)).toBeInstanceOf(NotFound);
    expect(await text('a', VersionId)).toBe('one');
    await expect(text('a', marker.VersionId)).rejects.toMatchObject({ name: 'MethodNotAllowed' });
    await remove('a', marker.VersionId);
    expect(await text('a')).toBe('one');
  });

  test('it enforces If-None-Match and If-Match', async () => {
    const { put, text, remove } = await aBucket();
    const { ETag } = await put('a', 'one', { IfNoneMatch: '*' });
    await expect(put('a', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    await put('a', 'three', { IfMatch: ETag });
    await expect(put('a', 'four', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('b', 'x', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await remove('a');
    await put('a', 'five', { IfNoneMatch: '*' });
    expect(await text('a')).toBe('five');
  });

  test('it lists live objects in tiny pages, by prefix and delimiter', async () => {
    const { put, remove, s3 } = await aBucket();
    for (const key of ['groups/e', 'groups/b', 'groups/a', 'groups/d', 'groups/c', 'results/a', 'top']) {
      await put(key, key);
    }
    await remove('groups/d');
    const list = async (input: { Prefix?: string; Delimiter?: string }) => {
      const pages = [];
      for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: 'config', ...input })) {
        pages.push([
          ...(page.Contents ?? []).map(({ Key }) => Key),
          ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
        ]);
      }
      return pages;
    };
    expect(await list({ Prefix: 'groups/' })).toEqual([['groups/a', 'groups/b', 'groups/c'], ['groups/e']]);
    expect(await list({ Delimiter: '/' })).toEqual([['top', 'groups/', 'results/']]);
  });

  test('it lists versions and markers, the newest of each key first', async () => {
    const { put, remove, s3 } = await aBucket();
    const ids = [await put('a', '1'), await put('a', '2'), await remove('a'), await put('b', '3')].map(
      ({ VersionId }) => VersionId,
    );
    const first = await s3.send(new ListObjectVersionsCommand({ Bucket: 'config' }));
    expect(first.DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [ids[2], true],
    ]);
    expect(first.Versions?.map(({ VersionId }) => VersionId)).toEqual([ids[1], ids[0]]);
    const second = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: 'config',
        KeyMarker: first.NextKeyMarker,
        VersionIdMarker: first.NextVersionIdMarker,
      }),
    );
    expect(second.Versions?.map(({ Key }) => Key)).toEqual(['b']);
    expect(second.IsTruncated).toBe(false);
  });

  test('it tells of every change with a sequencer that grows', async () => {
    const { put, remove, seen } = await aBucket();
    const { VersionId } = await put('groups/a.json', '{}');
    await put('groups/a.json', '{ }');
    await remove('groups/a.json');
    expect(seen.map((event) => event['detail-type'])).toEqual([
      'Object Created',
      'Object Created',
      'Object Deleted',
    ]);
    expect(seen[0]).toMatchObject({
      source: 'aws.s3',
      resources: ['arn:aws:s3:::config'],
      detail: {
        version: '0',
        bucket: { name: 'config' },
        object: {
          key: 'groups/a.json',
          size: 2,
          etag: '99914b932bd37a50b983c5e7c90ae93b',
          'version-id': VersionId,
        },
        reason: 'PutObject',
      },
    });
    expect(seen[2]?.detail).toMatchObject({
      'deletion-type': 'Delete Marker Created',
      reason: 'DeleteObject',
    });
    const sequencers = seen.map((event) => detailOf(event).object.sequencer);
    expect(sequencers.every((text) => /^[0-9A-F]{18}$/.test(text))).toBe(true);
    expect([...sequencers].sort()).toEqual(sequencers);
    expect(new Set(sequencers).size).toBe(3);
  });

  test('it delivers events twice and never when the faults say so', async () => {
    const faults = scriptedFaults(virtualClock(START), seededRandom(1));
    const cloud = await aCloud({ faults });
    cloud.createBucket('config');
    const ids: string[] = [];
    cloud.events.onEvent(({ id }) => void ids.push(id));
    const put = (Key: string) =>
      cloud.clients('tester').s3.send(new PutObjectCommand({ Bucket: 'config', Key, Body: 'x' }));
    faults.add({ kind: 'events', how: 'never', detailType: 'Object Created', times: 1 });
    await put('lost');
    faults.add({ kind: 'events', how: 'twice', ms: 500, times: 1 });
    await put('doubled');
    await cloud.clock.advance(1_000);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
  });
});
