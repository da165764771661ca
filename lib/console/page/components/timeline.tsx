import type { TimelineEvent } from '../../protocol.js';
import { eventLook } from '../format/event-look.js';
import { type Fold, foldEvents } from '../format/fold-events.js';
import { matchingEvents } from '../format/matching-events.js';
import { plural } from '../format/plural.js';
import { agoText, momentText } from '../format/time.js';
import { eventFilter, events, now } from '../state/store.js';
import { Glyph } from './glyph.js';
import { Told } from './told.js';

/** What happened and why, the newest first. */
export const Timeline = () => {
  const shown = foldEvents(matchingEvents(events.value, eventFilter.value));
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
          {shown.map((fold) => (
            <Entry key={fold.key} fold={fold} />
          ))}
        </ol>
      )}
    </>
  );
};

const Entry = ({ fold: { newest, events: all } }: { readonly fold: Fold }) => {
  const { event, time } = newest;
  const { tone, sign } = eventLook(event);
  return (
    <li class="entry">
      <span class={tone}>
        <Glyph sign={sign} />
      </span>
      <div>
        <p class="entry-head">
          <strong>{event}</strong>
          <time class="soft" dateTime={new Date(time).toISOString()} title={agoText(time, now.peek())}>
            {momentText(time, now.peek())}
          </time>
        </p>
        {all.length > 1 ? <Several events={all} /> : <Reason event={newest} />}
      </div>
    </li>
  );
};

const Reason = ({ event: { instance, reason } }: { readonly event: TimelineEvent }) => (
  <p class="soft">
    {instance === undefined ? null : (
      <>
        <button
          type="button"
          class="link code whole"
          title={`only events of ${instance}`}
          onClick={() => {
            eventFilter.value = instance;
          }}
        >
          {instance}
        </button>{' '}
      </>
    )}
    <Told text={reason} />
  </p>
);

const Several = ({ events: all }: { readonly events: readonly TimelineEvent[] }) => {
  const reasons = new Set(all.map(({ reason }) => reason));
  const [reason = ''] = reasons;
  return (
    <details class="several">
      <summary>
        {plural(all.length, 'instance')}
        {reasons.size === 1 ? (
          <>
            : <Told text={reason} />
          </>
        ) : null}
      </summary>
      {all.map((event) => (
        <Reason key={event.key} event={reasons.size === 1 ? { ...event, reason: '' } : event} />
      ))}
    </details>
  );
};
