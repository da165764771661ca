import type { Command } from '../command.js';
import { durationOption } from '../duration-option.js';
import { timeText } from '../render/time.js';

export const freeze: Command = {
  name: 'freeze',
  summary: 'launch and destroy nothing, but go on watching; without ID the whole fleet',
  words: [{ name: 'ID', help: 'the group; the whole fleet without', optional: true }],
  flags: [
    { flags: '--reason <text>', help: 'why, for whoever finds it frozen', required: true },
    { flags: '--for <duration>', help: 'thaw by itself after this long' },
  ],
  examples: ['holdfast freeze web --reason "disk migration" --for 2h', 'holdfast freeze --reason incident'],
  run: async (context, given) => {
    const [id] = given.words;
    const duration = given.text('for');
    const For = duration === undefined ? undefined : durationOption(duration);
    const target = await context.targetToChange();
    const answer = await target.call('Group.Freeze', {
      ...(id === undefined ? {} : { ID: id }),
      Reason: given.text('reason') ?? '',
      ...(For === undefined ? {} : { For }),
      RequestId: context.world.random.id(),
    });
    const until = answer.Until === undefined ? 'until thawed' : `until ${timeText(answer.Until)} UTC`;
    return {
      text: `Froze ${whatText(id, answer.Groups)} ${until}`,
      json: { groups: answer.Groups, ...(answer.Until === undefined ? {} : { until: answer.Until }) },
    };
  },
};

export const thaw: Command = {
  name: 'thaw',
  summary: 'go on launching and destroying; without ID the whole fleet',
  words: [{ name: 'ID', help: 'the group; the whole fleet without', optional: true }],
  examples: ['holdfast thaw web', 'holdfast thaw'],
  run: async (context, given) => {
    const [id] = given.words;
    const target = await context.targetToChange();
    const { Groups } = await target.call('Group.Thaw', {
      ...(id === undefined ? {} : { ID: id }),
      RequestId: context.world.random.id(),
    });
    return { text: `Thawed ${whatText(id, Groups)}`, json: { groups: Groups } };
  },
};

const whatText = (id: string | undefined, groups: readonly string[]): string =>
  id ?? `the whole fleet (${groups.length === 0 ? 'no groups' : groups.join(', ')})`;
