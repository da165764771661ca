import type { GroupDetail } from '../../protocol.js';
import { lengthText, untilText } from '../format/time.js';
import { actAndTell } from '../state/act.js';
import { ask } from '../state/dialogs.js';
import { now, readOnly } from '../state/store.js';
import { Status } from './status.js';
import { Told } from './told.js';

/** What somebody should know before anything else, with what can be done about it. */
export const Attention = ({ group }: { readonly group: GroupDetail }) => (
  <>
    {group.quorumLost ? <QuorumLost reason={group.quorumReason} /> : null}
    {group.breaker.open ? <OpenBreaker group={group} /> : null}
    {group.freeze === undefined ? null : <Frozen group={group} freeze={group.freeze} />}
    <Reasons group={group} />
  </>
);

const QuorumLost = ({ reason }: { readonly reason: string | undefined }) => (
  <section class="alarm is-bad" aria-label="Quorum lost">
    <Status sign="cross" tone="bad" word="Quorum lost" />
    <p>
      <Told text={reason ?? 'too few members are left to decide anything'} />
    </p>
  </section>
);

const OpenBreaker = ({ group: { id, breaker } }: { readonly group: GroupDetail }) => {
  const { since, reason, overrideUntil } = breaker;
  const isOverridden = overrideUntil !== undefined && overrideUntil > now.value;
  return (
    <section class="alarm is-bad" aria-label="Breaker">
      <Status
        sign="alert"
        tone="bad"
        word={`Breaker open${since === undefined ? '' : ` for ${lengthText(now.value - since)}`}: ${isOverridden ? 'overridden' : 'repair is held back'}`}
      />
      <p>
        <Told text={reason ?? ''} />
      </p>
      {isOverridden ? (
        <p>Repair goes on although it is open; that ends {untilText(overrideUntil, now.value)}.</p>
      ) : (
        <>
          <p class="soft">Meanwhile only what EC2 itself ended is replaced, a few at a time.</p>
          <button
            type="button"
            class="button danger"
            disabled={readOnly.value !== undefined}
            onClick={() => askOverride(id)}
          >
            Override…
          </button>
        </>
      )}
    </section>
  );
};

const askOverride = (group: string): void =>
  ask({
    title: `Override the breaker of ${group}?`,
    lines: [
      'Repair goes on for this long although too much of the group fails at once: it destroys and replaces unhealthy instances, within the budget.',
    ],
    verb: 'Override',
    typed: group,
    asks: { label: 'For how long', value: '30m', hint: 'such as 30m or 2h', kind: 'text' },
    run: (value) => actAndTell({ kind: 'override-breaker', group, for: value }),
  });

interface FrozenProps {
  readonly group: GroupDetail;
  readonly freeze: NonNullable<GroupDetail['freeze']>;
}

const Frozen = ({ group, freeze: { reason, until, fleet } }: FrozenProps) => (
  <section class="alarm is-busy" aria-label="Freeze">
    <Status
      sign="frost"
      tone="busy"
      word={`${fleet ? 'The fleet is frozen' : 'Frozen'}: nothing is launched or destroyed`}
    />
    <p>
      {reason}
      {until === undefined ? '' : `; thaws ${untilText(until, now.value)}`}
    </p>
    <button
      type="button"
      class="button"
      disabled={readOnly.value !== undefined}
      onClick={() => actAndTell({ kind: 'thaw', ...(fleet ? {} : { group: group.id }) })}
    >
      Thaw{fleet ? ' the fleet' : ''}
    </button>
  </section>
);

const Reasons = ({ group }: { readonly group: GroupDetail }) => {
  const { reasons, divergentSince } = group;
  if (reasons.length === 0) return null;
  return (
    <ul class="reasons">
      {reasons.map((reason) => (
        <li key={reason}>
          <Told text={reason} />
        </li>
      ))}
      {divergentSince === undefined ? null : (
        <li class="soft">divergent for {lengthText(now.value - divergentSince)}</li>
      )}
    </ul>
  );
};
