import type { Command } from '../command.js';
import { durationOption } from '../duration-option.js';
import { timeText } from '../render/time.js';

export const repair: Command = {
  name: 'repair',
  summary: 'let a group repair itself although its breaker is open',
  words: [{ name: 'ID', help: 'the group' }],
  flags: [{ flags: '--override-breaker <duration>', help: 'for how long, such as 30m', required: true }],
  examples: ['holdfast group repair web --override-breaker 30m'],
  run: async (context, given) => {
    const duration = durationOption(given.text('overrideBreaker') ?? '');
    const target = await context.targetToChange();
    const { ID, Until } = await target.call('Group.OverrideBreaker', {
      ID: given.word(0),
      For: duration,
      RequestId: context.world.random.id(),
    });
    return {
      text: `Breaker of ${ID} overridden until ${timeText(Until)} UTC`,
      json: { id: ID, until: Until },
    };
  },
};
