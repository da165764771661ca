import type { Call } from '../../support/scenario-calls.js';
import type { World } from '../../support/world.js';

export const launchedByUs = (world: World) => world.books.launchedWith('holdfast.stack', 'holdfast-a');

export const isLaunch = ({ operation, input }: Pick<Call, 'operation' | 'input'>): boolean =>
  operation === 'RunInstances' && !Object(input).DryRun;

/** The write of an order of this kind. */
export const isOrder =
  (kind: 'launch' | 'drain' | 'destroy') =>
  ({ function: name, operation, input }: Call): boolean =>
    name === 'reconcile' &&
    operation === 'UpdateItem' &&
    new RegExp(`"kind":(\\{"S":)?"${kind}"`).test(JSON.stringify(input));

/** The pass's write that gives the lease back. */
export const isRelease = ({ function: name, operation, input }: Call) =>
  name === 'reconcile' &&
  operation === 'UpdateItem' &&
  /REMOVE /.test(JSON.stringify(input)) &&
  /"lease"/.test(JSON.stringify(input));

/** Does something once, just before the first call of ours that matches. @returns whether it has. */
export const once = (
  world: World,
  matches: (call: Call) => boolean,
  act: (call: Call) => Promise<unknown> | unknown,
): (() => boolean) => {
  let done = false;
  world.before(async (call) => {
    if (done || call.stack !== 'holdfast-a' || !matches(call)) return;
    done = true;
    await act(call);
  });
  return () => done;
};

/** Launches so far: when, under which token, and where. */
export const launchCalls = (world: World) =>
  world.seen
    .filter((call) => call.principal === 'holdfast-a-reconcile' && isLaunch(call))
    .map(({ at, input }) => ({
      at,
      token: String(Object(input).ClientToken),
      subnet: String(Object(input).SubnetId),
    }));
