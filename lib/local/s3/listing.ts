import type { ListObjectsV2CommandInput, ListObjectVersionsCommandInput } from '@aws-sdk/client-s3';
import type { Version, Versions } from './versions.js';

const after = (key: string, mark: string): boolean => Buffer.compare(Buffer.from(key), Buffer.from(mark)) > 0;

/** A page of live objects. The token is the last key or common prefix that was given. */
export function listObjects(bucket: Versions, input: ListObjectsV2CommandInput, pageSize: number) {
  const prefix = input.Prefix ?? '';
  const mark = decoded(input.ContinuationToken) ?? input.StartAfter ?? '';
  const limit = Math.min(input.MaxKeys ?? 1000, pageSize);
  const live = bucket
    .all(prefix)
    .filter((version) => bucket.latest(version.key) === version && !version.deleteMarker);
  const contents: Version[] = [];
  const prefixes: string[] = [];
  let last = '';
  let truncated = false;
  for (const version of live) {
    const common = commonPrefix(version.key, prefix, input.Delimiter);
    const given = common ?? version.key;
    if (given === last || !after(given, mark)) continue;
    if (contents.length + prefixes.length === limit) {
      truncated = true;
      break;
    }
    if (common === undefined) contents.push(version);
    else prefixes.push(common);
    last = given;
  }
  return {
    Name: input.Bucket,
    Prefix: prefix,
    KeyCount: contents.length + prefixes.length,
    MaxKeys: limit,
    IsTruncated: truncated,
    ...(truncated && { NextContinuationToken: Buffer.from(last).toString('base64') }),
    ...(contents.length > 0 && {
      Contents: contents.map(({ key, etag, size, at }) => ({
        Key: key,
        ETag: etag,
        Size: size,
        LastModified: new Date(at),
        StorageClass: 'STANDARD',
      })),
    }),
    ...(prefixes.length > 0 && { CommonPrefixes: prefixes.map((Prefix) => ({ Prefix })) }),
  };
}

const decoded = (token: string | undefined): string | undefined =>
  token === undefined ? undefined : Buffer.from(token, 'base64').toString();

function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (!delimiter) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

/** A page of versions and delete markers, of each key the newest first. */
export function listObjectVersions(
  bucket: Versions,
  input: ListObjectVersionsCommandInput,
  pageSize: number,
) {
  const limit = Math.min(input.MaxKeys ?? 1000, pageSize);
  const all = bucket.all(input.Prefix ?? '');
  const start = all.findIndex(
    ({ key, id }) => key === input.KeyMarker && (input.VersionIdMarker ?? id) === id,
  );
  const afterKey = all.findIndex(({ key }) => input.KeyMarker !== undefined && after(key, input.KeyMarker));
  const from =
    input.KeyMarker === undefined
      ? 0
      : input.VersionIdMarker !== undefined && start >= 0
        ? start + 1
        : afterKey < 0
          ? all.length
          : afterKey;
  const page = all.slice(from, from + limit);
  const truncated = from + limit < all.length;
  const last = page.at(-1);
  const entry = (version: Version) => ({
    Key: version.key,
    VersionId: version.id,
    IsLatest: bucket.latest(version.key) === version,
    LastModified: new Date(version.at),
  });
  return {
    Name: input.Bucket,
    Prefix: input.Prefix ?? '',
    MaxKeys: limit,
    IsTruncated: truncated,
    ...(truncated && last && { NextKeyMarker: last.key, NextVersionIdMarker: last.id }),
    Versions: page
      .filter(({ deleteMarker }) => !deleteMarker)
      .map((version) => ({ ...entry(version), ETag: version.etag, Size: version.size })),
    DeleteMarkers: page.filter(({ deleteMarker }) => deleteMarker).map(entry),
  };
}
