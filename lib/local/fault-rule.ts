import type { Issue } from '../core/issue.js';

/** How long a rule holds: without limits until it is removed. */
interface Limits {
  /** Ends after this many uses. */
  readonly times?: number;
  /** Ends this long after it was added. */
  readonly forMs?: number;
}

/** One fault as plain JSON, as tests script it and `cloud fault` sends it. */
export type FaultRule = Limits &
  (
    | {
        /** Reads show the state of `ms` ago; a named operation that is no read then does not know newer instances. */
        readonly kind: 'read-lag';
        readonly ms: number;
        readonly operation?: string;
      }
    | {
        /** Single reads, by `chance` (0 to 1, default 1), are answered from the state of `ms` ago, so reads go backwards. */
        readonly kind: 'stale-read';
        readonly ms: number;
        readonly operation?: string;
        readonly chance?: number;
      }
    | {
        /** The account's request limit is reached for the operation, or for all; nothing happens. */
        readonly kind: 'throttle';
        readonly service?: string;
        readonly operation?: string;
      }
    | {
        /** The whole service answers 503 to every call; nothing happens. */
        readonly kind: 'outage';
        readonly service?: string;
      }
    | {
        /** The call takes effect, then its answer is lost in a time-out. */
        readonly kind: 'answer-lost';
        readonly service?: string;
        readonly operation?: string;
      }
    | {
        /** The caller's connection dies at once; the call takes effect `ms` later, and nobody hears its answer. */
        readonly kind: 'late-effect';
        readonly ms: number;
        readonly service?: string;
        readonly operation?: string;
      }
    | {
        /** The process is killed just before or after the `call`-th (default first) matching call from now. */
        readonly kind: 'crash';
        readonly when: 'before' | 'after';
        readonly service?: string;
        readonly operation?: string;
        readonly call?: number;
      }
    | {
        /** A read answers with an empty page and a token that leads on to the page it should have been. */
        readonly kind: 'empty-page';
        readonly operation?: string;
      }
    | {
        /** No room for launches in the zone, the subnet, of the type, or of their combination. */
        readonly kind: 'no-capacity';
        readonly zone?: string;
        readonly subnet?: string;
        readonly instanceType?: string;
      }
    | {
        /** The account may run this many vCPUs; more is `VcpuLimitExceeded` in every zone. */
        readonly kind: 'vcpu-quota';
        readonly vcpus: number;
      }
    | {
        /** A launch starts at most this many instances, when its MinCount allows. */
        readonly kind: 'partial';
        readonly atMost: number;
      }
    | {
        /** Instances of a launch go from pending to terminated by themselves, with this StateReason code. */
        readonly kind: 'launch-dies';
        readonly code: string;
        readonly message?: string;
        readonly afterMs?: number;
        readonly subnet?: string;
      }
    | {
        /** Instances launched meanwhile never pass their status checks but end as impaired or `insufficient-data`, or stay initializing. */
        readonly kind: 'checks-never-pass';
        readonly status: 'impaired' | 'initializing' | 'insufficient-data';
      }
    | {
        /** Instances launched meanwhile stay pending for `ms`. */
        readonly kind: 'slow-boot';
        readonly ms: number;
      }
    | {
        /** Instances that end meanwhile stay shutting-down for `ms`. */
        readonly kind: 'slow-shutdown';
        readonly ms: number;
      }
    | {
        /** Instances that end meanwhile hold their private address for `ms` beyond terminated. */
        readonly kind: 'slow-address-release';
        readonly ms: number;
      }
    | {
        /** Commands to nodes never arrive, by `chance` (0 to 1, default 1). */
        readonly kind: 'command-lost';
        readonly chance?: number;
      }
    | {
        /** Software that joins its cluster meanwhile takes `ms` longer to. */
        readonly kind: 'slow-join';
        readonly ms: number;
      }
    | {
        /**
         * EC2 events come `ms` late, twice (`ms` apart), never, or each up to `ms` late and so in any order; with a
         * `detailType` those that are called so, whoever put them on the bus.
         */
        readonly kind: 'events';
        readonly how: 'late' | 'twice' | 'never' | 'shuffled';
        readonly ms?: number;
        readonly detailType?: string;
      }
  );

export type FaultKind = FaultRule['kind'];

type Field =
  | { readonly is: 'text' }
  | { readonly is: 'number'; readonly from: number; readonly to: number; readonly whole: boolean }
  | { readonly is: 'word'; readonly of: readonly string[] };
type Shape = Readonly<Record<string, Field & { readonly required: boolean }>>;

/** Reads can be answered from at most this long ago; older states are not kept. */
export const OLDEST_READ_MS = 600_000;
const DAY_MS = 86_400_000;

const text = { is: 'text', required: false } as const;
const number = (from: number, to: number, required: boolean, whole = true) =>
  ({ is: 'number', from, to, required, whole }) as const;
const word = (...of: string[]) => ({ is: 'word', of, required: true }) as const;
const duration = number(0, DAY_MS, true);

const SHAPES: Readonly<Record<FaultKind, Shape>> = {
  'read-lag': { ms: number(0, OLDEST_READ_MS, true), operation: text },
  'stale-read': { ms: number(0, OLDEST_READ_MS, true), operation: text, chance: number(0, 1, false, false) },
  throttle: { service: text, operation: text },
  outage: { service: text },
  'answer-lost': { service: text, operation: text },
  'late-effect': { ms: duration, service: text, operation: text },
  crash: {
    when: word('before', 'after'),
    service: text,
    operation: text,
    call: number(1, 1_000_000, false),
  },
  'empty-page': { operation: text },
  'no-capacity': { zone: text, subnet: text, instanceType: text },
  'vcpu-quota': { vcpus: number(0, 1_000_000, true) },
  partial: { atMost: number(0, 1_000_000, true) },
  'launch-dies': {
    code: { is: 'text', required: true },
    message: text,
    afterMs: number(0, DAY_MS, false),
    subnet: text,
  },
  'checks-never-pass': { status: word('impaired', 'initializing', 'insufficient-data') },
  'slow-boot': { ms: duration },
  'slow-shutdown': { ms: duration },
  'slow-address-release': { ms: duration },
  'command-lost': { chance: number(0, 1, false, false) },
  'slow-join': { ms: duration },
  events: {
    how: word('late', 'twice', 'never', 'shuffled'),
    ms: number(0, DAY_MS, false),
    detailType: text,
  },
};

export const FAULT_KINDS: readonly string[] = Object.keys(SHAPES);

const LIMITS: Shape = { times: number(1, 1_000_000, false), forMs: number(1, DAY_MS, false) };

const isFaultKind = (kind: unknown): kind is FaultKind =>
  typeof kind === 'string' && FAULT_KINDS.includes(kind);

/** Reads one rule from JSON. Gives every mistake, not just the first. */
export function parseFaultRule(
  value: unknown,
): { readonly rule: FaultRule } | { readonly issues: readonly Issue[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { issues: [{ path: '', message: `a fault is an object such as {"kind": "throttle"}` }] };
  }
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  const kind = fields.get('kind');
  if (!isFaultKind(kind)) {
    return { issues: [{ path: 'kind', message: `no fault "${kind}"; known: ${FAULT_KINDS.join(', ')}` }] };
  }
  const shape: Shape = { ...SHAPES[kind], ...LIMITS };
  const issues: Issue[] = [];
  for (const key of fields.keys()) {
    if (key !== 'kind' && !(key in shape)) {
      issues.push({
        path: key,
        message: `${kind} has no "${key}"; it has ${Object.keys(shape).join(', ')}`,
      });
    }
  }
  for (const [key, field] of Object.entries(shape)) {
    const given = fields.get(key);
    if (given === undefined) {
      if (field.required) issues.push({ path: key, message: `${kind} needs "${key}"` });
    } else {
      const mistake = mistakeIn(field, given);
      if (mistake) issues.push({ path: key, message: mistake });
    }
  }
  return issues.length > 0 ? { issues } : { rule: value as FaultRule };
}

function mistakeIn(field: Field, given: unknown): string | undefined {
  const quoted = JSON.stringify(given);
  if (field.is === 'text') {
    return typeof given === 'string' && given !== '' ? undefined : `${quoted} is not a text`;
  }
  if (field.is === 'word') {
    return typeof given === 'string' && field.of.includes(given)
      ? undefined
      : `${quoted} is none of ${field.of.join(', ')}`;
  }
  const fits =
    typeof given === 'number' &&
    given >= field.from &&
    given <= field.to &&
    (!field.whole || Number.isInteger(given));
  return fits
    ? undefined
    : `${quoted} is not a ${field.whole ? 'whole ' : ''}number from ${field.from} to ${field.to}`;
}
