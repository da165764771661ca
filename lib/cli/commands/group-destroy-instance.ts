import { camelFields } from '../camel.js';
import type { Command } from '../command.js';
import { sendConfirmed } from '../confirm.js';
import { planBelow } from '../render/plan.js';

export const destroyInstance: Command = {
  name: 'destroy-instance',
  summary: 'drain and destroy instances of a group, and replace them',
  words: [
    { name: 'ID', help: 'the group' },
    { name: 'INSTANCE', help: 'ids of its instances', several: true },
  ],
  flags: [
    { flags: '--shrink', help: 'do not replace them: the group gets smaller' },
    { flags: '-y, --yes', help: 'do not ask, even if much is destroyed at once' },
  ],
  examples: [
    'holdfast group destroy-instance web i-0abc',
    'holdfast group destroy-instance web i-0abc --shrink',
  ],
  run: async (context, given) => {
    const [id = '', ...instances] = given.words;
    const shrink = given.flag('shrink');
    const target = await context.targetToChange();
    const committed = await sendConfirmed(context, given.flag('yes'), (asking) =>
      target.call('Group.ReplaceInstances', {
        ID: id,
        Instances: instances,
        ...(shrink ? { Shrink: true } : {}),
        ...asking,
      }),
    );
    const how = shrink ? 'Destroying' : 'Replacing';
    return {
      text: planBelow(`${how} ${instances.join(', ')} of group ${id}`, committed, context),
      json: { ...camelFields(committed), instances, shrink },
    };
  },
};
