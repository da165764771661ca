import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type {
  DeleteObjectCommandInput,
  GetObjectCommandInput,
  HeadObjectCommandInput,
  ListObjectsV2CommandInput,
  ListObjectVersionsCommandInput,
  PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import type { Random } from '../../ports/random.js';
import type { LocalClock } from '../clock.js';
import type { EmittedEvent } from '../events/event.js';
import { answerFrom } from '../operations.js';
import type { Kept } from '../persist.js';
import type { Answer } from '../route-client.js';
import { type Blobs, memoryBlobs } from './blobs.js';
import {
  isDeleteMarker,
  noSuchBucket,
  noSuchKey,
  noSuchVersion,
  notFound,
  preconditionFailed,
} from './errors.js';
import { listObjects, listObjectVersions } from './listing.js';
import { objectEvent } from './object-event.js';
import { type Version, type Versions, versions } from './versions.js';

export interface LocalS3 extends Kept {
  readonly answer: Answer;
  /** Versioned, private, with its events on EventBridge. No effect on one that is there. */
  createBucket(name: string): void;
}

export interface S3World {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly emit: (event: EmittedEvent) => void;
  readonly blobs?: Blobs;
  /** Called after every change, before it is answered. */
  readonly changed?: () => void;
  /** Keys a listing answers with at most; tiny, so that nobody forgets the next page. */
  readonly pageSize?: number;
}

const DEFAULT_PAGE_SIZE = 3;

export function localS3(world: S3World): LocalS3 {
  const { clock, random, emit, blobs = memoryBlobs(), pageSize = DEFAULT_PAGE_SIZE } = world;
  const buckets = new Map<string, Versions>();
  let serial = 0;

  const bucketOf = (name: string | undefined): Versions => {
    const found = buckets.get(name ?? '');
    if (!found) throw noSuchBucket(name ?? '');
    return found;
  };
  /** Grows with every change of the bucket, so with every change of one key; over restarts too, as the time does. */
  const sequencer = (): string => {
    serial = (serial + 1) % 0x1000000;
    const text = clock.now().toString(16).padStart(12, '0') + serial.toString(16).padStart(6, '0');
    return text.toUpperCase();
  };
  const versionId = () => random.id().replaceAll('-', '');
  const changed = () => world.changed?.();

  const put = (input: PutObjectCommandInput) => {
    const bucket = bucketOf(input.Bucket);
    const key = input.Key ?? '';
    const latest = bucket.latest(key);
    const live = latest && !latest.deleteMarker ? latest : undefined;
    if (input.IfNoneMatch === '*' && live) throw preconditionFailed('If-None-Match');
    if (input.IfMatch !== undefined) {
      if (!live) throw noSuchKey(key);
      if (unquoted(live.etag) !== unquoted(input.IfMatch)) throw preconditionFailed('If-Match');
    }
    const content = contentOf(input.Body);
    const version: Version = {
      key,
      id: versionId(),
      at: clock.now(),
      deleteMarker: false,
      size: content.byteLength,
      etag: `"${createHash('md5').update(content).digest('hex')}"`,
      ...(input.ContentType !== undefined && { contentType: input.ContentType }),
      ...(input.Metadata && { metadata: input.Metadata }),
    };
    blobs.write(version.id, content);
    bucket.add(version);
    changed();
    emit(objectEvent(input.Bucket ?? '', version, sequencer(), { kind: 'created' }));
    return { ETag: version.etag, VersionId: version.id };
  };

  const find = (input: GetObjectCommandInput | HeadObjectCommandInput, absent: () => Error): Version => {
    const bucket = bucketOf(input.Bucket);
    const key = input.Key ?? '';
    const found = input.VersionId === undefined ? bucket.latest(key) : bucket.get(key, input.VersionId);
    if (!found) throw input.VersionId === undefined ? absent() : noSuchVersion(input.VersionId);
    if (found.deleteMarker) throw input.VersionId === undefined ? absent() : isDeleteMarker();
    return found;
  };

  const remove = (input: DeleteObjectCommandInput) => {
    const bucket = bucketOf(input.Bucket);
    const key = input.Key ?? '';
    if (input.VersionId === undefined) {
      const marker: Version = {
        key,
        id: versionId(),
        at: clock.now(),
        deleteMarker: true,
        size: 0,
        etag: '',
      };
      bucket.add(marker);
      changed();
      emit(objectEvent(input.Bucket ?? '', marker, sequencer(), { kind: 'marked' }));
      return { DeleteMarker: true, VersionId: marker.id };
    }
    const gone = bucket.get(key, input.VersionId);
    if (!gone) return { VersionId: input.VersionId };
    bucket.remove(key, gone.id);
    changed();
    emit(objectEvent(input.Bucket ?? '', gone, sequencer(), { kind: 'removed' }));
    return { VersionId: gone.id, ...(gone.deleteMarker && { DeleteMarker: true }) };
  };

  return {
    answer: answerFrom('S3', {
      PutObject: put,
      GetObject: (input: GetObjectCommandInput) => {
        const version = find(input, () => noSuchKey(input.Key ?? ''));
        return { ...described(version), Body: bodyOf(blobs.read(version.id)) };
      },
      HeadObject: (input: HeadObjectCommandInput) => described(find(input, notFound)),
      DeleteObject: remove,
      ListObjectsV2: (input: ListObjectsV2CommandInput) =>
        listObjects(bucketOf(input.Bucket), input, pageSize),
      ListObjectVersions: (input: ListObjectVersionsCommandInput) =>
        listObjectVersions(bucketOf(input.Bucket), input, pageSize),
    }),
    createBucket: (name) => {
      if (!buckets.has(name)) buckets.set(name, versions());
      changed();
    },
    snapshot: () => Object.fromEntries([...buckets].map(([name, bucket]) => [name, bucket.all('')])),
    restore: (state) => {
      for (const [name, kept] of Object.entries(state as Record<string, readonly Version[]>)) {
        buckets.set(name, versions(kept));
      }
    },
  };
}

const unquoted = (etag: string): string => etag.replaceAll('"', '');

function contentOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  throw new Error('the local S3 takes a string or bytes as Body: streams are not implemented');
}

/** A stream with the SDK's own conveniences. */
function bodyOf(content: Uint8Array) {
  return Object.assign(Readable.from([Buffer.from(content)]), {
    transformToString: async (encoding: BufferEncoding = 'utf8') => Buffer.from(content).toString(encoding),
    transformToByteArray: async () => Uint8Array.from(content),
  });
}

const described = (version: Version) => ({
  VersionId: version.id,
  ETag: version.etag,
  ContentLength: version.size,
  LastModified: new Date(version.at),
  ContentType: version.contentType ?? 'application/octet-stream',
  Metadata: version.metadata ?? {},
});
