import type { FaultSwitch } from './protocol-views.js';

export type Action =
  /** What committing this document (JSON or YAML) would do; changes nothing. */
  | { readonly kind: 'plan'; readonly text: string }
  | { readonly kind: 'commit'; readonly text: string; readonly confirm?: boolean }
  /** The committed spec, to be shown or edited. */
  | { readonly kind: 'spec'; readonly group: string }
  | {
      readonly kind: 'scale';
      readonly group: string;
      readonly size: number;
      readonly confirm?: boolean;
    }
  /** Approves the checkpoint, or goes on with a rollout that is held. */
  | { readonly kind: 'resume'; readonly group: string }
  | { readonly kind: 'stop-update'; readonly group: string }
  /** Without a revision to the last that finished. `pretend` says what it would do. */
  | {
      readonly kind: 'rollback';
      readonly group: string;
      readonly revision?: number;
      readonly pretend?: boolean;
      readonly confirm?: boolean;
    }
  | { readonly kind: 'restart'; readonly group: string; readonly confirm?: boolean }
  /** Drained, within budget and quorum, and replaced. */
  | {
      readonly kind: 'replace';
      readonly group: string;
      readonly instances: readonly string[];
      readonly confirm?: boolean;
    }
  /** Without a group the whole fleet. `for` is a duration such as `2h`. */
  | { readonly kind: 'freeze'; readonly group?: string; readonly reason: string; readonly for?: string }
  | { readonly kind: 'thaw'; readonly group?: string }
  | { readonly kind: 'override-breaker'; readonly group: string; readonly for: string }
  | FaultAction;

/** Local cloud only. */
export type FaultAction =
  /** Its software dies, the machine lives on. */
  | { readonly kind: 'kill'; readonly instance: string }
  /** As somebody else would at the EC2 console. */
  | { readonly kind: 'terminate'; readonly instance: string }
  | { readonly kind: 'stop'; readonly instance: string }
  | { readonly kind: 'cut-off'; readonly instance: string }
  | { readonly kind: 'reconnect'; readonly instance: string }
  /** No room for launches in that zone, or EC2's events never come, until the fault is removed. */
  | FaultSwitch
  /** EC2 refuses calls for so long. */
  | { readonly kind: 'throttle'; readonly seconds: number }
  | { readonly kind: 'remove-fault'; readonly id: number }
  | { readonly kind: 'clear-faults' }
  /** 0 stops the clock, 1 is real time; at most `FASTEST`. */
  | { readonly kind: 'clock'; readonly speed: number };

/** How fast the local cloud's clock can run. */
export const FASTEST = 10;

export type Answer =
  | { readonly ok: true; readonly result: Result }
  | {
      readonly ok: false;
      readonly error: {
        /** The API's name of the error, such as `Refused`. `ConfirmationNeeded`: ask, and repeat with `confirm: true`. */
        readonly code: string;
        readonly message: string;
        /** Every mistake of a document, with its place in the text, from 1. */
        readonly issues: readonly {
          readonly path: string;
          readonly message: string;
          readonly line?: number;
          readonly column?: number;
        }[];
      };
    };

export type Result =
  /** Of `plan`, `commit`, `scale`, `rollback`, `restart`, `replace`. */
  | { readonly kind: 'plans'; readonly plans: readonly PlanView[] }
  /** Of `spec`: readable JSON. */
  | { readonly kind: 'spec'; readonly text: string }
  | { readonly kind: 'done'; readonly message: string };

export interface PlanView {
  readonly group: string;
  /** InfraKit's plan string; further lines say what InfraKit has no words for. */
  readonly plan: string;
  readonly changed: boolean;
  /** Instances that it ends at once beyond the budget: then `confirm` is needed. */
  readonly destroys: number;
  readonly warnings: readonly string[];
  /** The group's Properties as readable JSON, keys in one order, now and as planned; only of `plan`. */
  readonly before?: string;
  readonly after?: string;
}
