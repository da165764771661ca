import { camelFields } from '../camel.js';
import type { Command } from '../command.js';
import { sendConfirmed } from '../confirm.js';
import { usage } from '../failure.js';
import { planBelow } from '../render/plan.js';

export const scale: Command = {
  name: 'scale',
  summary: 'show the size of a group, or change it',
  words: [
    { name: 'ID', help: 'the group' },
    { name: 'N', help: 'how many instances there shall be', optional: true },
  ],
  flags: [{ flags: '-y, --yes', help: 'do not ask, even if much is destroyed at once' }],
  examples: ['holdfast group scale web', 'holdfast group scale web 5'],
  run: async (context, given) => {
    const id = given.word(0);
    const wanted = given.words[1];
    if (wanted === undefined) {
      const { Size } = await (await context.target()).call('Group.Size', { ID: id });
      return { text: atText(id, Size), json: { id, size: Size } };
    }
    if (!/^\d{1,6}$/.test(wanted)) {
      throw usage(`"${wanted}" is not a number of instances; give a whole number, 0 or more`);
    }
    const size = Number(wanted);
    const target = await context.targetToChange();
    const { Size: before } = await target.call('Group.Size', { ID: id });
    const committed = await sendConfirmed(context, given.flag('yes'), (asking) =>
      target.call('Group.SetSize', { ID: id, Size: size, ...asking }),
    );
    return {
      text: planBelow(`${atText(id, before)}, scale to ${size}`, committed, context),
      json: { ...camelFields(committed), size: before, scaleTo: size },
    };
  },
};

/** InfraKit's words. */
const atText = (id: string, size: number): string => `Group ${id} at ${size} instances`;
