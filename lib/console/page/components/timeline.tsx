import type { TimelineEvent } from '../../protocol.js';
import { eventLook } from '../format/event-look.js';
import { matchingEvents } from '../format/matching-events.js';
import { agoText, clockText, dateText } from '../format/time.js';
import { eventFilter, events, now } from '../state/store.js';
import { Glyph } from './glyph.js';

/** What happened and why, the newest first. */
export const Timeline = () => {
  const shown = matchingEvents(events.value, eventFilter.value);
  return (
    <>
      <div class="filter">
        <label class="unseen" for="event-filter">
          Filter events by instance or word
        </label>
        <input
          id="event-filter"
          class="field"
          type="search"
          placeholder="Filter by instance or word  /"
          value={eventFilter.value}
          onInput={({ currentTarget }) => {
            eventFilter.value = currentTarget.value;
          }}
        />
      </div>
      {shown.length === 0 ? (
        <p class="soft nothing">{eventFilter.value === '' ? 'Nothing happened yet' : 'No event matches'}</p>
      ) : (
        <ol class="timeline">
          {shown.map((event) => (
            <Entry key={event.key} event={event} />
          ))}
        </ol>
      )}
    </>
  );
};

const Entry = ({ event: { time, event, instance, reason } }: { readonly event: TimelineEvent }) => {
  const { tone, sign } = eventLook(event);
  return (
    <li class="entry">
      <span class={tone}>
        <Glyph sign={sign} />
      </span>
      <div>
        <p class="entry-head">
          <strong>{event}</strong>
          {instance === undefined ? null : (
            <button
              type="button"
              class="link code"
              title={`only events of ${instance}`}
              onClick={() => {
                eventFilter.value = instance;
              }}
            >
              {instance}
            </button>
          )}
          <time class="soft" dateTime={new Date(time).toISOString()} title={agoText(time, now.peek())}>
            {now.peek() - time > 86_400_000 ? dateText(time) : clockText(time)}
          </time>
        </p>
        <p class="soft">{reason}</p>
      </div>
    </li>
  );
};
