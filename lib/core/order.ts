import type { ConfigHash, InstanceId, Instant, LaunchHash, LogicalId, OrderId, RolloutId } from './ids.js';

/** Why an instance is destroyed, in InfraKit's words. */
export type DestroyContext = 'terminate' | 'rolling_update';

/** An intent to launch. Its id is EC2's client token: repeated from the ledger, never derived. */
export interface LaunchOrder {
  readonly kind: 'launch';
  readonly id: OrderId;
  /** The stored request; a re-issue sends the same bytes. */
  readonly launch: LaunchHash;
  readonly subnet?: string;
  readonly zone?: string;
  readonly instanceType?: string;
  readonly count: number;
  /** The pet's place; such an order launches one. */
  readonly slot?: LogicalId;
  /** The rollout whose health checks have to prove what it launches. */
  readonly rollout?: RolloutId;
  readonly configHash?: ConfigHash;
  readonly at: Instant;
  /**
   * The deadline of its writer, or of a later pass whose call was not answered: no call under this order that could
   * still be on its way was sent later than this.
   */
  readonly notAfter: Instant;
  readonly reason: string;
  /** Its event is written. */
  readonly told?: true;
}

/** Clean-up on the node before it is destroyed; polled by later passes. */
export interface DrainOrder {
  readonly kind: 'drain';
  readonly id: OrderId;
  readonly instance: InstanceId;
  /** When it was taken out of its target groups; until they have drained its connections, nothing else is started. */
  readonly deregisteredAt?: Instant;
  /** Known once the command was sent. */
  readonly commandId?: string;
  /** The node that runs the command, when it is another. */
  readonly node?: InstanceId;
  readonly at: Instant;
  readonly deadline: Instant;
  readonly context: DestroyContext;
  readonly reason: string;
  /** Its event is written. */
  readonly told?: true;
}

/** An intent to terminate; kept until EC2 shows `shutting-down`. */
export interface DestroyOrder {
  readonly kind: 'destroy';
  readonly id: OrderId;
  readonly instance: InstanceId;
  readonly at: Instant;
  readonly context: DestroyContext;
  readonly reason: string;
  /** Its event is written. */
  readonly told?: true;
  /** EC2 refuses (termination protection): an operator is needed. */
  readonly blocked?: string;
}

/** One line of the ledger. Unavailable for the budget from the moment that it is written. */
export type Order = LaunchOrder | DrainOrder | DestroyOrder;

/** An order that EC2 has answered with less than it asked for; kept for an hour, so that what turns up late is a member at once. */
export interface ClosedToken {
  readonly token: OrderId;
  readonly at: Instant;
  readonly slot?: LogicalId;
  readonly rollout?: RolloutId;
}

/** How long a closed token is kept: EC2 shows what it launched within minutes. */
export const TOKEN_KEPT_MS = 3_600_000;
