import type {
  DivergencePoint,
  FaultsView,
  GroupDetail,
  GroupSummary,
  TimelineEvent,
} from './protocol-views.js';

export * from './protocol-actions.js';
export * from './protocol-views.js';

/**
 * What the console's server and its page say to each other, as JSON. All times are milliseconds since 1970 on the clock
 * of the control plane, which in the local cloud may stand or run fast.
 *
 * The page listens at `STREAM_PATH` (server-sent events, one `Message` each as `data`), with `?group=ID` while it looks
 * at a group; to look at another it opens another stream. Every stream begins with everything, so to connect again is
 * enough to catch up. The page acts by POSTing an `Action` to `ACT_PATH`, with the content type `application/json` and
 * the header `TOKEN_HEADER`, and gets an `Answer`.
 */
export const STREAM_PATH = '/console/stream';
export const ACT_PATH = '/console/act';
export const HEARTBEAT_MS = 15_000;
/** Carries the `token` of the last `hello`. */
export const TOKEN_HEADER = 'x-holdfast-token';

export type Message =
  | Hello
  | { readonly kind: 'clock'; readonly clock: ClockView }
  /** Nothing is new: told each `HEARTBEAT_MS`, so that a page notices a connection that died in silence. */
  | { readonly kind: 'heartbeat' }
  /** The groups that changed or are new, whole, and the ids of those that are gone. The first one tells of all. */
  | {
      readonly kind: 'groups';
      readonly changed: readonly GroupSummary[];
      readonly gone: readonly string[];
      /** This is all there is: forget what is not in `changed`. */
      readonly all: boolean;
    }
  /** The group that the stream is asked for, whole, whenever it changed. */
  | { readonly kind: 'group'; readonly group: GroupDetail }
  /** The stream is asked for a group that is not known (any more). */
  | { readonly kind: 'no-group'; readonly id: string; readonly message: string }
  /** Newer events of that group, oldest first; `reset`: these are all that are told, forget others. */
  | {
      readonly kind: 'events';
      readonly group: string;
      readonly events: readonly TimelineEvent[];
      readonly reset: boolean;
    }
  /** Newer points of a chart, of that group or, without, of the whole fleet; `reset` as above. */
  | {
      readonly kind: 'divergence';
      readonly group?: string;
      readonly points: readonly DivergencePoint[];
      readonly reset: boolean;
    }
  /** Local cloud only: the fault panel, whole, whenever it changed. */
  | { readonly kind: 'faults'; readonly faults: FaultsView }
  /** The control plane did not answer; without a message it answers again. What was told before may be old. */
  | { readonly kind: 'trouble'; readonly message?: string };

/** First on every stream. */
export interface Hello {
  readonly kind: 'hello';
  /** Of this process; another one means that the server was started anew, perhaps as a newer one: reload. */
  readonly token: string;
  readonly version: string;
  /** Where the control plane is. The fault panel is for `local`. */
  readonly where: 'local' | 'aws';
  /** Name of the stack; `local` for the local cloud. */
  readonly stack: string;
  /** For people: `local cloud at http://127.0.0.1:4580`, `stack prod on AWS in eu-west-1`. */
  readonly target: string;
  /** Set when the server was started to look only; actions but `plan` are then refused with this reason. */
  readonly readOnly?: string;
}

export interface ClockView {
  readonly now: number;
  /** 1 is real time, 0 stands still. Until the next message the clock is `now + speed × real time since`. */
  readonly speed: number;
}
