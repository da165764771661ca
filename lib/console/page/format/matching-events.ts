import type { TimelineEvent } from '../../protocol.js';

/** Those that name every word of the filter, in any case and anywhere, the newest first. */
export const matchingEvents = (
  events: readonly TimelineEvent[],
  filter: string,
): readonly TimelineEvent[] => {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return events
    .filter(({ event, instance = '', reason }) => {
      const text = `${event} ${instance} ${reason}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .reverse();
};
