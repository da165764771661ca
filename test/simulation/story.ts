import type { Json } from '../../lib/core/json.js';
import type { FaultRule } from '../../lib/local/fault-rule.js';

/** What a group of a story is declared as, at one moment; `specOf` makes the document of it. Plain JSON. */
export interface Wanted {
  readonly kind: 'cattle' | 'spread' | 'pets' | 'swarm' | 'etcd' | 'zookeeper';
  /** Instances of cattle; the first so many places of pets. */
  readonly size: number;
  /** Another one is another config. */
  readonly version: number;
  /** An image whose instances never become healthy. */
  readonly bad?: true;
  readonly spot?: true;
  readonly updating?: { readonly [key: string]: Json };
  readonly repair?: { readonly [key: string]: Json };
}

/** A control plane of the two. */
export type PlaneName = 'one' | 'two';

interface OfGroup {
  readonly plane: PlaneName;
  readonly group: string;
}

/** A live instance of a group: as large a part of the list as `luck`, from 0 to 1, says. */
interface OfInstance extends OfGroup {
  readonly luck: number;
}

/** A file is put into the config bucket. */
export type Upload = OfGroup & { readonly do: 'upload'; readonly wanted: Wanted };

/** What a user asks for. */
export type Command =
  | (OfGroup & { readonly do: 'commit'; readonly wanted: Wanted })
  | Upload
  | (OfGroup & { readonly do: 'scale'; readonly size: number })
  | (OfGroup & {
      readonly do:
        | 'stop-update'
        | 'resume'
        | 'rollback'
        | 'restart'
        | 'destroy'
        | 'freeze'
        | 'thaw'
        | 'unwatch'
        | 'watch'
        | 'override';
    })
  | (OfInstance & { readonly do: 'replace' | 'shrink' })
  | { readonly do: 'freeze-fleet' | 'thaw-fleet'; readonly plane: PlaneName };

/** What others do, and what happens to machines. */
export type Mishap =
  | (OfInstance & {
      readonly do:
        | 'terminate'
        | 'stop'
        | 'start'
        | 'impair'
        | 'heal'
        | 'interrupt'
        | 'rebalance'
        | 'protect'
        | 'untag'
        | 'kill-software'
        | 'cut-off'
        | 'reconnect';
    })
  | (OfGroup & { readonly do: 'foreign-member' | 'ownerless-member' })
  | { readonly do: 'fault'; readonly rule: FaultRule }
  /** The next call of a function waits so long, its process frozen. */
  | { readonly do: 'freeze-process'; readonly ms: number };

/** What operators do to a control plane itself. */
export type Operation =
  /** Items are written by release 1 or 2; warm functions start anew. */
  | { readonly do: 'deploy'; readonly plane: PlaneName; readonly release: 1 | 2 }
  | { readonly do: 'deploy-machines'; readonly plane: PlaneName; readonly previous: boolean }
  | { readonly do: 'stop-execution'; readonly plane: PlaneName; readonly luck: number };

export type Action = Command | Mishap | Operation;

/** One thing that happens, so many milliseconds after the start. */
export type Step = { readonly at: number } & Action;

/** Everything that is decided before a run: the run itself only adds what follows from it. Plain JSON. */
export interface Story {
  readonly seed: number;
  /** Clocks of functions differ by up to so much. */
  readonly skewMs: number;
  /** Reads lag by up to so much somewhere in it; what nobody could know yet is no mistake. */
  readonly lagMs: number;
  /** Instances run models of their software. */
  readonly models: boolean;
  readonly steps: readonly Step[];
}
