import { lengthText } from '../format/time.js';
import { link, staleReason, tick, world } from '../state/store.js';
import { Status } from './status.js';

/** Whether what is shown is live. */
export const ConnectionBadge = () => (
  <span class="connection" role="status">
    <Badge />
  </span>
);

const Badge = () => {
  const { kind } = link.value;
  if (kind === 'connecting') return <Status sign="turn" tone="still" word="connecting" />;
  if (kind === 'lost') return <Status sign="cross" tone="bad" word="not connected" />;
  if (world.value.trouble !== undefined) return <Status sign="alert" tone="doubt" word="no answer" />;
  return <Status sign="check" tone="good" word="live" />;
};

/** Says that what is shown may be old, since when, and why. */
export const StaleNote = () => {
  const reason = staleReason.value;
  if (reason === undefined) return null;
  const state = link.value;
  const since = state.kind === 'lost' ? ` for ${lengthText(tick.value - state.since)}` : '';
  return (
    <section class="stale-note" aria-label="Connection">
      <Status
        sign="alert"
        tone="doubt"
        word={`${reason}${since}; this is what was seen last, and it is tried again`}
      />
    </section>
  );
};
