import type { Instant } from '../../core/ids.js';

/** One version of an object, or a delete marker. */
export interface Version {
  readonly key: string;
  readonly id: string;
  readonly at: Instant;
  readonly deleteMarker: boolean;
  readonly size: number;
  /** With its quotes, as HTTP has it. */
  readonly etag: string;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** All versions of a bucket: of each key the newest first. */
export interface Versions {
  /** The newest; a delete marker too. */
  latest(key: string): Version | undefined;
  get(key: string, id: string): Version | undefined;
  add(version: Version): void;
  remove(key: string, id: string): void;
  /** Sorted by key in UTF-8 order, of each key the newest first. */
  all(prefix: string): readonly Version[];
}

export function versions(kept: readonly Version[] = []): Versions {
  const byKey = new Map<string, Version[]>();
  const add = (version: Version) => {
    byKey.set(version.key, [version, ...(byKey.get(version.key) ?? [])]);
  };
  for (const version of [...kept].reverse()) add(version);
  return {
    latest: (key) => byKey.get(key)?.[0],
    get: (key, id) => byKey.get(key)?.find((version) => version.id === id),
    add,
    remove: (key, id) => {
      const left = (byKey.get(key) ?? []).filter((version) => version.id !== id);
      if (left.length > 0) byKey.set(key, left);
      else byKey.delete(key);
    },
    all: (prefix) =>
      [...byKey.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .flatMap((key) => byKey.get(key) ?? []),
  };
}
