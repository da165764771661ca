import type { BookEntry } from './books.js';
import type { TokenUse } from './client-tokens.js';
import type { InstanceItem } from './instance-item.js';
import type { DueTask } from './lifecycle.js';
import type { World } from './world.js';

/** Everything that a local EC2 knows, as plain JSON. */
export interface Ec2Snapshot {
  readonly schemaVersion: 1;
  readonly sequence: number;
  /** Ids given out so far. */
  readonly issued: number;
  readonly world: World;
  readonly instances: readonly InstanceItem[];
  readonly tokens: readonly TokenUse[];
  readonly books: readonly BookEntry[];
  /** What EC2 was about to do; times that passed meanwhile come as soon as possible. */
  readonly due: readonly DueTask[];
}

/** Reads what `snapshot` wrote, through JSON. The one cast stands for files that only we write. */
export function parseSnapshot(value: unknown): Ec2Snapshot {
  const version =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (version !== 1) {
    throw new Error(
      `the local cloud's state has schema version ${version}, this one reads 1: start with --fresh`,
    );
  }
  return structuredClone(value) as Ec2Snapshot;
}
