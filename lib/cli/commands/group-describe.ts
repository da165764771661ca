import { camelDocument } from '../camel.js';
import type { Command } from '../command.js';
import { groupText } from '../render/group.js';

export const describe: Command = {
  name: 'describe',
  summary: "show a group's instances with health, state, hash and reasons",
  words: [{ name: 'ID', help: 'the group' }],
  examples: ['holdfast group describe web'],
  run: async (context, given) => {
    const target = await context.target();
    const group = await target.call('Group.DescribeGroup', { ID: given.word(0) });
    return { text: groupText(group, context.world.clock.now(), context), json: camelDocument(group) };
  },
};
