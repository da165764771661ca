import type { LocalEc2, SomebodyElse } from './ec2/index.js';
import type { Keeper } from './persist.js';
import type { Answer } from './route-client.js';

const READ = /^(Describe|Get|List)/;

/** Writes EC2 down before a change is answered, whether the answer arrives or not. */
export const keptAnswer =
  (answer: Answer, keeper: Keeper): Answer =>
  async (operation, input) => {
    if (READ.test(operation)) return answer(operation, input);
    try {
      return await answer(operation, input);
    } finally {
      keeper.flush();
    }
  };

/** What others do is written down as well. */
export function keptOthers({ others }: LocalEc2, keeper: Keeper): SomebodyElse {
  const kept =
    <Arguments extends readonly unknown[], Result>(act: (...values: Arguments) => Result) =>
    (...values: Arguments): Result => {
      try {
        return act(...values);
      } finally {
        keeper.flush();
      }
    };
  return {
    terminate: kept(others.terminate),
    stop: kept(others.stop),
    start: kept(others.start),
    impair: kept(others.impair),
    heal: kept(others.heal),
    interruptSpot: kept(others.interruptSpot),
    recommendRebalance: kept(others.recommendRebalance),
    protect: kept(others.protect),
    tag: kept(others.tag),
    untag: kept(others.untag),
    launchForeign: kept(others.launchForeign),
  };
}
