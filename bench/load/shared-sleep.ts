import type { LocalClock } from '../../lib/local/clock.js';
import { currentInvocation, type Invocation } from '../../lib/local/lambda/invocation.js';

/**
 * Sleeps for calls that a function makes side by side: a process of the virtual clock sleeps in one place at a time, so
 * a call that comes while another of the same run waits, ends with it.
 */
export const sharedSleep = (clock: LocalClock): ((milliseconds: number) => Promise<void>) => {
  const sleeping = new Map<Invocation, Promise<void>>();
  return (milliseconds) => {
    const invocation = currentInvocation();
    if (invocation === undefined) return clock.sleep(milliseconds);
    const known = sleeping.get(invocation);
    if (known !== undefined) return known;
    const own = clock.sleep(milliseconds).finally(() => sleeping.delete(invocation));
    sleeping.set(invocation, own);
    return own;
  };
};
