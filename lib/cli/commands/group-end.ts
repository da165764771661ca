import type { Command, Word } from '../command.js';
import { confirm } from '../confirm.js';

const ID: Word = { name: 'ID', help: 'the group' };

export const unwatch: Command = {
  name: 'unwatch',
  aliases: ['free'],
  summary: 'stop watching a group; its instances stay as they are',
  words: [ID],
  examples: ['holdfast group unwatch web'],
  run: async (context, given) => {
    const target = await context.targetToChange();
    const { ID: id } = await target.call('Group.Unwatch', {
      ID: given.word(0),
      RequestId: context.world.random.id(),
    });
    return { text: `Freed ${id}`, json: { id } };
  },
};

export const destroy: Command = {
  name: 'destroy',
  summary: 'destroy a group with every instance in it',
  words: [ID],
  flags: [{ flags: '-y, --yes', help: 'do not ask' }],
  examples: ['holdfast group destroy web', 'holdfast group destroy web --yes'],
  run: async (context, given) => {
    const target = await context.targetToChange();
    const wanted = given.word(0);
    if (!given.flag('yes')) {
      await confirm(context, `group "${wanted}" on ${target.name} and all its instances will be destroyed`);
    }
    const answer = await target.call('Group.Destroy', { ID: wanted, RequestId: context.world.random.id() });
    const count = answer.Instances === 1 ? '1 instance' : `${answer.Instances} instances`;
    return {
      text: `Destroy ${answer.ID} initiated: ${count}`,
      json: { id: answer.ID, instances: answer.Instances },
    };
  },
};
