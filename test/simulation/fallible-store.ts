import { tableError } from '../../lib/aws/dynamo-errors.js';
import { ThrottledError, UnansweredError } from '../../lib/core/errors.js';
import { CrashError, type Faults, faultInterceptor } from '../../lib/local/faults.js';
import { currentInvocation, killGuard, runAs } from '../../lib/local/lambda/invocation.js';
import { hooked } from '../../lib/local/memory-store.js';
import type { SdkCall } from '../../lib/local/route-client.js';
import type { GroupStore } from '../../lib/ports/group-store.js';

/**
 * A table in trouble: its callers killed, throttled, unanswered, its answers lost or its writes late, by the cloud's
 * rules for `DynamoDB`. The operation's name is the store's method.
 */
export const fallible = (
  store: GroupStore,
  faults: Faults,
  before: (call: SdkCall) => Promise<void>,
): GroupStore => {
  const guard = killGuard((error) => error instanceof CrashError);
  const broken = faultInterceptor(faults, (fault, operation) =>
    fault === 'throttle'
      ? new ThrottledError(`${operation}: the table's throughput is exceeded`)
      : new UnansweredError(`${operation}: the table does not answer`),
  );
  return hooked(store, async (method, next) => {
    const call: SdkCall = { service: 'DynamoDB', operation: method, input: undefined };
    const invocation = currentInvocation();
    // Late, it is still this invocation's.
    const effect = () => (invocation === undefined ? next() : runAs(invocation, next));
    await before(call);
    const inTrouble = () =>
      broken(call, effect).catch((error: unknown) => {
        throw tableError(error);
      });
    // The interceptors give what `next` gave.
    return (await guard(call, inTrouble)) as Awaited<ReturnType<typeof next>>;
  });
};
