import type { Instant } from '../../core/ids.js';
import type { InstanceState } from '../../core/instance.js';
import type { Tags } from './instance-item.js';

/** Who brought an instance to its end: a caller of the API, somebody behind everybody's back, or EC2. */
export type EndedBy = 'api' | 'somebody' | 'spot' | 'failed-launch';

/** One instance in the cloud's own books. Entries stay for ever, also when EC2 no longer describes the instance. */
export interface BookEntry {
  readonly id: string;
  readonly token?: string;
  readonly launchIndex: number;
  /** Behind our back: not by RunInstances. */
  readonly foreign: boolean;
  readonly tagsAtLaunch: Tags;
  readonly zone: string;
  readonly subnet: string;
  readonly instanceType: string;
  readonly imageId: string;
  readonly privateIp: string;
  readonly launchedAt: Instant;
  readonly state: InstanceState;
  /** First time that it ran. */
  readonly ranAt?: Instant;
  /** When it began to end. */
  readonly endedAt?: Instant;
  readonly endedBy?: EndedBy;
  readonly terminatedAt?: Instant;
}

/** What truly exists and ever existed: for invariants in tests, never lagged, no faults. */
export interface Books {
  /** Every instance that ever lived, in the order of launches. */
  all(): readonly BookEntry[];
  /** Those that are pending, running, stopping or stopped. */
  live(): readonly BookEntry[];
  get(id: string): BookEntry | undefined;
  byToken(token: string): readonly BookEntry[];
  /** By a tag that it was launched with. */
  launchedWith(key: string, value: string): readonly BookEntry[];
  /** Called after each entry and each change of one, at the moment that it happens; what it throws reaches the caller. */
  onChange(listener: (entry: BookEntry, before: BookEntry | undefined) => void): void;
}

export interface WritableBooks extends Books {
  write(id: string, change: Partial<BookEntry>): void;
  open(entry: BookEntry): void;
  restore(entries: readonly BookEntry[]): void;
}

const ENDING: readonly InstanceState[] = ['shutting-down', 'terminated'];

export function newBooks(): WritableBooks {
  const entries = new Map<string, BookEntry>();
  const listeners: ((entry: BookEntry, before: BookEntry | undefined) => void)[] = [];
  const put = (entry: BookEntry, before?: BookEntry) => {
    entries.set(entry.id, entry);
    for (const listener of listeners) listener(entry, before);
  };
  const all = () => [...entries.values()];
  return {
    all,
    live: () => all().filter(({ state }) => !ENDING.includes(state)),
    get: (id) => entries.get(id),
    byToken: (token) => all().filter((entry) => entry.token === token),
    launchedWith: (key, value) => all().filter(({ tagsAtLaunch }) => tagsAtLaunch[key] === value),
    onChange: (listener) => void listeners.push(listener),
    open: (entry) => put(entry),
    write: (id, change) => {
      const entry = entries.get(id);
      if (entry) put({ ...entry, ...change }, entry);
    },
    restore: (kept) => {
      entries.clear();
      for (const entry of kept) entries.set(entry.id, entry);
    },
  };
}
