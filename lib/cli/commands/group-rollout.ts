import { camelFields } from '../camel.js';
import type { Command, CommandResult, Context, Given, Word } from '../command.js';
import { sendConfirmed } from '../confirm.js';
import { usage } from '../failure.js';
import { plansResult } from '../render/plan.js';

const ID: Word = { name: 'ID', help: 'the group' };

const YES = { flags: '-y, --yes', help: 'do not ask, even if much is destroyed at once' } as const;

export const stopUpdate: Command = {
  name: 'stop-update',
  summary: 'stop the rolling update of a group: what was begun is finished, nothing else is replaced',
  words: [ID],
  examples: ['holdfast group stop-update web'],
  run: async (context, given) => {
    const target = await context.targetToChange();
    const { ID: id } = await target.call('Group.StopUpdate', {
      ID: given.word(0),
      RequestId: context.world.random.id(),
    });
    return { text: `Stopped updating ${id}`, json: { id } };
  },
};

export const resume: Command = {
  name: 'resume',
  aliases: ['approve'],
  summary: 'go on with a rolling update that is paused, stopped, failed or waits for approval',
  words: [ID],
  examples: ['holdfast group resume web', 'holdfast group approve web'],
  run: async (context, given) => {
    const target = await context.targetToChange();
    const answer = await target.call('Group.Resume', {
      ID: given.word(0),
      RequestId: context.world.random.id(),
    });
    const done = answer.Approved ? 'Approved the update of' : 'Resumed updating';
    return { text: `${done} ${answer.ID}`, json: camelFields(answer) };
  },
};

export const rollback: Command = {
  name: 'rollback',
  summary: 'commit the last revision that finished once more, or a given one',
  words: [ID, { name: 'REVISION', help: 'its number, see group history', optional: true }],
  flags: [{ flags: '--pretend', help: 'say what would happen, and change nothing' }, YES],
  examples: ['holdfast group rollback web', 'holdfast group rollback web 3 --pretend'],
  run: async (context, given) => {
    const wanted = { ID: given.word(0), ...revisionOf(given) };
    if (given.flag('pretend')) {
      const target = await context.target();
      const pretended = await target.call('Group.Rollback', { ...wanted, Pretend: true });
      return plansResult([pretended], 'pretended', context);
    }
    const target = await context.targetToChange();
    const committed = await sendConfirmed(context, given.flag('yes'), (asking) =>
      target.call('Group.Rollback', { ...wanted, ...asking }),
    );
    return plansResult([committed], 'committed', context);
  },
};

const revisionOf = ({ words }: Given): { readonly Revision?: number } => {
  const [, revision] = words;
  if (revision === undefined) return {};
  if (!/^[1-9]\d{0,8}$/.test(revision))
    throw usage(`"${revision}" is not a revision; give its number, see holdfast group history`);
  return { Revision: Number(revision) };
};

export const restart: Command = {
  name: 'restart',
  summary: 'replace every instance of a group by a rolling update, with nothing changed',
  words: [ID],
  flags: [YES],
  examples: ['holdfast group restart web'],
  run: async (context: Context, given: Given): Promise<CommandResult> => {
    const target = await context.targetToChange();
    const committed = await sendConfirmed(context, given.flag('yes'), (asking) =>
      target.call('Group.Restart', { ID: given.word(0), ...asking }),
    );
    return plansResult([committed], 'committed', context);
  },
};
