import { camelDocument } from '../camel.js';
import type { Command } from '../command.js';

export const inspect: Command = {
  name: 'inspect',
  summary: 'print the committed spec of a group, ready to be committed again',
  words: [{ name: 'ID', help: 'the group' }],
  examples: ['holdfast group inspect web', 'holdfast group inspect web > web.json'],
  run: async (context, given) => {
    const target = await context.target();
    const inspected = await target.call('Group.Inspect', { ID: given.word(0) });
    return { text: JSON.stringify(inspected.Spec, undefined, 2), json: camelDocument(inspected) };
  },
};
