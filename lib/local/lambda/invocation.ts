import { AsyncLocalStorage } from 'node:async_hooks';
import type { Instant } from '../../core/ids.js';
import type { Interceptor } from '../route-client.js';

/** One run of a function. Once killed it never becomes alive again. */
export interface Invocation {
  readonly functionName: string;
  readonly requestId: string;
  readonly deadline: Instant;
  /** Why it was killed; absent while it lives. */
  killed?: string;
  /** Tells the one who waits for it. */
  readonly onKill: (reason: string) => void;
}

/** What every SDK call of a killed invocation rejects with. */
export class KilledError extends Error {
  constructor(invocation: Invocation) {
    super(`${invocation.functionName} ${invocation.requestId} was killed: ${invocation.killed}`);
    this.name = 'KilledError';
  }
}

const current = new AsyncLocalStorage<Invocation>();

/** The invocation that the calling code belongs to; absent outside of functions. */
export const currentInvocation = (): Invocation | undefined => current.getStore();

export const runAs = <T>(invocation: Invocation, work: () => T): T => current.run(invocation, work);

export function kill(invocation: Invocation, reason: string): void {
  if (invocation.killed !== undefined) return;
  invocation.killed = reason;
  invocation.onKill(reason);
}

/**
 * The fence: a killed invocation sends nothing more and learns nothing more. An error for which `isCrash` holds kills
 * the invocation in which it was thrown, as the death of its process would. Layer it outermost.
 */
export const killGuard =
  (isCrash: (error: unknown) => boolean): Interceptor =>
  async (_call, next) => {
    const invocation = current.getStore();
    if (!invocation) return next();
    if (invocation.killed !== undefined) throw new KilledError(invocation);
    try {
      const result = await next();
      if (invocation.killed !== undefined) throw new KilledError(invocation);
      return result;
    } catch (error) {
      if (isCrash(error)) kill(invocation, 'crashed');
      throw error;
    }
  };
