import type { GroupView } from '../../app/api-types.js';
import { hopelessness } from '../../app/hopeless.js';
import { parseDuration } from '../../core/duration.js';
import { camelDocument } from '../camel.js';
import type { Command, CommandResult, Context } from '../command.js';
import { Failure, usage } from '../failure.js';
import { startProgress } from '../progress.js';
import { countsText, reasonsText } from '../render/group.js';
import { isUnderWay, rolloutProgress } from '../render/rollout.js';
import { durationText } from '../render/time.js';
import type { Target } from '../target.js';

const LOOK_EVERY_MS = 1_000;

/** A control plane that is deployed anew, or a network that changes, is silent for less. */
const LONGEST_SILENCE_MS = 60_000;

/** Answers that pass by themselves, so that waiting goes on. */
const BUSY = new Set(['Throttled', 'Conflict']);

export const wait: Command = {
  name: 'wait',
  summary: 'wait until a group is converged: exit 0 then, 3 update failed or held, 4 timed out',
  words: [{ name: 'ID', help: 'the group' }],
  flags: [
    { flags: '--timeout <duration>', help: 'give up after this long', fallback: '10m' },
    { flags: '--destroyed', help: 'wait until the group is destroyed instead' },
  ],
  examples: ['holdfast group wait web --timeout 10m', 'holdfast group wait web --destroyed'],
  exits: { 3: 'the update failed or is held', 4: 'timed out' },
  run: async (context, given) => {
    const text = given.text('timeout') ?? '';
    const timeout = parseDuration(text);
    if (timeout === undefined) throw usage(`"${text}" is not a duration; give one such as 90s, 10m or 1h30m`);
    const wanted = given.flag('destroyed') ? 'destroyed' : 'converged';
    return waitFor(context, await context.target(), { id: given.word(0), wanted, timeout });
  },
};

interface Wish {
  readonly id: string;
  readonly wanted: 'converged' | 'destroyed';
  readonly timeout: number;
}

async function waitFor(context: Context, target: Target, wish: Wish): Promise<CommandResult> {
  const { clock } = context.world;
  const { id, wanted } = wish;
  const began = clock.now();
  const progress = startProgress(context.io, context.quiet);
  let seen: GroupView | undefined;
  let heardAt = began;
  try {
    for (;;) {
      const look = await lookAt(target, id, seen !== undefined);
      if (look === 'no answer') {
        progress.update(`${id}: no answer from ${target.name}`);
        refuseSilence(target, clock.now() - heardAt);
      } else {
        heardAt = clock.now();
      }
      if (look !== 'no answer' && look !== 'busy') {
        const result = resultOf(look, wish, seen !== undefined, clock.now() - began);
        if (result !== undefined) return result;
        seen = look === 'unknown' ? seen : look;
        if (seen !== undefined) progress.update(`${id}: ${stateText(seen)}`);
      }
      if (clock.now() - began + LOOK_EVERY_MS > wish.timeout) {
        const state = seen === undefined ? 'it never answered' : stateText(seen);
        throw new Failure(
          'TimedOut',
          `group "${id}" is not ${wanted} after ${durationText(wish.timeout)}: ${state}`,
          { exitCode: 4 },
        );
      }
      await clock.sleep(LOOK_EVERY_MS);
      if (context.io.signal.aborted) throw new Failure('Interrupted', 'interrupted', { exitCode: 130 });
    }
  } finally {
    progress.stop();
  }
}

/** A target that answered before may be silent for a while; one that never did is not there. */
async function lookAt(
  target: Target,
  id: string,
  answered: boolean,
): Promise<GroupView | 'unknown' | 'busy' | 'no answer'> {
  try {
    return await target.call('Group.DescribeGroup', { ID: id });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'NotFound') return 'unknown';
    if (BUSY.has(error.code)) return 'busy';
    if (error.code === 'Unanswered' || (answered && error.code === 'Unreachable')) return 'no answer';
    throw error;
  }
}

/** What ends the wait, if it is so. @throws for what never comes. */
function resultOf(
  look: GroupView | 'unknown',
  { id, wanted }: Wish,
  wasThere: boolean,
  tookMs: number,
): CommandResult | undefined {
  if (look === 'unknown' && (!wasThere || wanted === 'converged'))
    throw new Failure('NotFound', `no group "${id}"`);
  if (look === 'unknown' || (wanted === 'destroyed' && look.Watch === 'destroyed'))
    return { text: `Group ${id} is destroyed`, json: { id, destroyed: true } };
  if (wanted === 'destroyed') return undefined;
  refuseHopeless(look);
  if (!look.Converged) return undefined;
  return {
    text: `Group ${id} is converged after ${durationText(tookMs)}: ${countsText(look)}`,
    json: camelDocument(look),
  };
}

function refuseSilence({ name }: Target, silentMs: number): void {
  if (silentMs < LONGEST_SILENCE_MS) return;
  throw new Failure('Unreachable', `${name} has not answered for ${durationText(silentMs)}`);
}

/** Ends the wait for what cannot come without somebody's doing. */
function refuseHopeless(group: GroupView): void {
  const hopeless = hopelessness(group);
  if (hopeless === undefined) return;
  const { name, message } = hopeless;
  throw new Failure(name, message, name === 'UpdateFailed' ? { exitCode: 3 } : {});
}

/** How far it is, and what it waits for. */
function stateText(group: GroupView): string {
  if (group.Watch === 'destroying') return endingText(group);
  const { Rollout } = group;
  if (Rollout !== undefined && isUnderWay(Rollout)) return rolloutProgress(group, Rollout);
  return `${countsText(group)}${group.Reasons.length === 0 ? '' : `; ${reasonsText(group)}`}`;
}

/** What was declared no longer counts; what holds the end back does. */
function endingText(group: GroupView): string {
  const left = group.Instances.filter(({ State }) => State !== 'terminated').length;
  // A group is destroyed when two looks, a minute apart, saw no member.
  const end = left === 0 ? 'waiting for a second look' : `destroying: ${left} left`;
  const held = group.Reasons.filter((reason) => reason.startsWith('not done'));
  return [end, ...held].join('; ');
}
