import type { ClusterView } from './cluster.js';
import type { Revision } from './group-spec.js';
import type { ConfigHash, InstanceId, Instant, LogicalId, RolloutId } from './ids.js';
import type { Health, HealthChecks, InstanceState, Leaving } from './instance.js';

/** One member as planner and people see it: EC2's answer merged with what is on record. */
export interface Member {
  readonly id: InstanceId;
  readonly state: InstanceState;
  readonly logicalId?: LogicalId;
  readonly configHash?: ConfigHash;
  readonly launchedAt: Instant;
  readonly privateIp?: string;
  readonly zone?: string;
  readonly subnet?: string;
  readonly instanceType?: string;
  readonly health: Health;
  readonly healthReason: string;
  readonly healthSince: Instant;
  readonly everHealthy: boolean;
  readonly unanswered?: true;
  /** EC2 shows it neither by tags nor by id, but not long enough to call it gone. It still counts. */
  readonly absentSince?: Instant;
  readonly goneAt?: Instant;
  readonly destroyedByUs: boolean;
  readonly leavingBy?: Leaving;
  readonly untagged: boolean;
  readonly failureCounted: boolean;
  readonly proving?: RolloutId;
  readonly checks?: HealthChecks;
  readonly leader?: true;
  readonly stateReason?: { readonly code: string; readonly message: string };
}

/** What a plan is made from: ledger and EC2, read under the lease. */
export interface Observation {
  /** Every member on record, gone ones too while they matter. */
  readonly members: readonly Member[];
  /** Instances that carry our tags without being members: reported, not counted, never touched. */
  readonly foreign: readonly InstanceId[];
  /** The revision that the group was last whole under, when it is another than the declared one. */
  readonly steady?: Revision;
  /** An unused random id, for a rollout that the plan may begin; without one, none begins. */
  readonly freshId?: RolloutId;
  /** The states of the alarms that a rollout watches, by name; one that does not exist is missing. Absent: not asked. */
  readonly alarms?: ReadonlyMap<string, AlarmState> | 'unreadable';
  /** The member list of the cluster that the members form; absent when they form none, or it was not asked. */
  readonly cluster?: ClusterView;
  /** Names of listed members whose instance has ended: they are taken out of the list before their replacement joins. */
  readonly ghosts?: readonly string[];
  /** Whether voluntary disruption is allowed now; absent: always. */
  readonly window?: MaintenanceState;
}

/** CloudWatch's words for the state of an alarm. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface MaintenanceState {
  readonly open: boolean;
  /** When it opens or closes next; absent when it never does within a year. */
  readonly changesAt?: Instant;
}
