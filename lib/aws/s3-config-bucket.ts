import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { RefusedError } from '../core/errors.js';
import { NOT_UTF8, utf8Text } from '../core/utf8-text.js';
import type { ConfigBucket } from '../ports/outbox.js';

/** What a config file may be at most: a thousand groups fit. */
const LARGEST_BYTES = 1024 * 1024;

/** Not there: never was, not in that version, or deleted (a delete marker answers 405 when asked for by version). */
const ABSENT: ReadonlySet<string> = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound', 'MethodNotAllowed']);

export function s3ConfigBucket(options: {
  readonly client: S3Client;
  readonly bucket: string;
}): ConfigBucket {
  const { client, bucket: Bucket } = options;
  return {
    read: async (key, versionId) => {
      const object = await found(client, {
        Bucket,
        Key: key,
        ...(versionId ? { VersionId: versionId } : {}),
      });
      if (object?.Body === undefined) return undefined;
      if ((object.ContentLength ?? 0) > LARGEST_BYTES) {
        if ('destroy' in object.Body) object.Body.destroy();
        throw tooLarge(key, object.ContentLength ?? 0);
      }
      const bytes = await object.Body.transformToByteArray();
      if (bytes.length > LARGEST_BYTES) throw tooLarge(key, bytes.length);
      const text = utf8Text(bytes);
      if (text === undefined) throw new RefusedError(`"${key}" is ${NOT_UTF8}`);
      return text;
    },
    write: async (key, text) => {
      const ContentType = 'application/json; charset=utf-8';
      await client.send(new PutObjectCommand({ Bucket, Key: key, Body: text, ContentType }));
    },
  };
}

const found = async (client: S3Client, input: { Bucket: string; Key: string; VersionId?: string }) => {
  try {
    return await client.send(new GetObjectCommand(input));
  } catch (error) {
    if (error instanceof Error && ABSENT.has(error.name)) return undefined;
    throw error;
  }
};

const tooLarge = (key: string, bytes: number) =>
  new RefusedError(`"${key}" has ${bytes} bytes; a config file may have ${LARGEST_BYTES}: split it`);
