import type { EventView } from '../../app/api-types.js';
import { camelDocument } from '../camel.js';
import type { Command, Context } from '../command.js';
import { Failure, usage } from '../failure.js';
import { timeText } from '../render/time.js';
import { hanging } from '../render/wrap.js';
import type { Target } from '../target.js';

const LOOK_EVERY_MS = 1_000;
const LIMIT = '100';
/** When only those of one instance are shown, more are looked through. */
const SEARCHED = 1_000;

export const events: Command = {
  name: 'events',
  summary: 'show what happened to a group and why, oldest first',
  words: [{ name: 'ID', help: 'the group' }],
  flags: [
    { flags: '-f, --follow', help: 'go on with what happens from now, until stopped' },
    { flags: '--instance <instance>', help: 'only what happened to this instance' },
    { flags: '--limit <n>', help: 'at most this many, the newest', fallback: LIMIT },
  ],
  examples: ['holdfast group events web', 'holdfast group events web --instance i-0abc --follow'],
  run: async (context, given) => {
    const id = given.word(0);
    const instance = given.text('instance');
    const limit = limitOf(given.text('limit') ?? LIMIT);
    const wanted = ({ Instance }: EventView) => instance === undefined || Instance === instance;
    const target = await context.target();
    const asked = instance === undefined ? limit : Math.max(limit, SEARCHED);
    const { Events } = await target.call('Group.Events', { ID: id, Limit: asked });
    const shown = Events.filter(wanted).slice(-limit);
    if (given.flag('follow')) {
      for (const event of shown) emit(context, event);
      await follow(context, target, { id, after: Events.at(-1)?.Key, wanted });
      return { text: '' };
    }
    return {
      text: shown.length === 0 ? 'no events' : shown.map((event) => eventText(event, context)).join('\n'),
      json: { events: shown.map(camelDocument) },
    };
  },
};

/** Until the user stops it. A short silence of the target ends nothing. */
async function follow(
  context: Context,
  target: Target,
  from: {
    readonly id: string;
    readonly after: string | undefined;
    readonly wanted: (event: EventView) => boolean;
  },
): Promise<void> {
  let after = from.after;
  while (!context.io.signal.aborted) {
    await context.world.clock.sleep(LOOK_EVERY_MS);
    if (context.io.signal.aborted) return;
    const fresh = await newEvents(target, from.id, after);
    for (const event of fresh.filter(from.wanted)) emit(context, event);
    after = fresh.at(-1)?.Key ?? after;
  }
}

async function newEvents(
  target: Target,
  id: string,
  after: string | undefined,
): Promise<readonly EventView[]> {
  try {
    const { Events } = await target.call('Group.Events', {
      ID: id,
      ...(after === undefined ? {} : { After: after }),
    });
    return Events;
  } catch (error) {
    const passing =
      error instanceof Failure && ['Unanswered', 'Throttled', 'Interrupted'].includes(error.code);
    if (passing) return [];
    throw error;
  }
}

const emit = (context: Context, event: EventView): void =>
  context.emit({ text: eventText(event, context), json: camelDocument(event) });

function eventText({ Time, Event, Instance, Reason }: EventView, { paint, width }: Context): string {
  const about = Instance === undefined ? '' : `  ${Instance}`;
  const head = `${paint('faint', timeText(Time))}  ${paint('heading', Event)}${about}`;
  return Reason === '' ? head : `${head}\n${hanging('    ', Reason, width)}`;
}

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw usage(`"${text}" is not a number of events; give one from 1 to 9999`);
  return Number(text);
}
