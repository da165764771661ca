import type { ComponentChildren } from 'preact';
import { FASTEST, type FaultSwitch, type FaultsView } from '../../protocol.js';
import { untilText } from '../format/time.js';
import { actAndTell } from '../state/act.js';
import { detail, faults, faultsShown, now, world } from '../state/store.js';

const SPEEDS = [
  { speed: 0, label: 'Stop' },
  { speed: 1, label: '× 1' },
  { speed: FASTEST / 2, label: `× ${FASTEST / 2}` },
  { speed: FASTEST, label: `× ${FASTEST}` },
] as const;

const THROTTLE_SECONDS = 60;

/** The local cloud's switchboard: try to break a group and see it hold. */
export const FaultPanel = () => {
  const view = faults.value;
  if (!faultsShown.value || view === undefined) return null;
  return (
    <aside class="faults" aria-label="Faults of the local cloud">
      <header>
        <h2>Break it</h2>
        <p class="soft">Only in the local cloud. Open a group, or one of its cells, to break instances.</p>
        <button
          type="button"
          class="button plain"
          aria-label="Close faults"
          onClick={() => {
            faultsShown.value = false;
          }}
        >
          Close
        </button>
      </header>
      <div class="fault-columns">
        <div class="fault-groups">
          {view.clockIsReal ? null : (
            <Row name="Clock">
              {SPEEDS.map(({ speed, label }) => (
                <button
                  key={speed}
                  type="button"
                  class="button"
                  aria-pressed={world.value.clock?.speed === speed}
                  onClick={() => actAndTell({ kind: 'clock', speed })}
                >
                  {label}
                </button>
              ))}
            </Row>
          )}
          <Row name="No room in">
            {view.zones.map((zone) => (
              <Switch key={zone} view={view} makes={{ kind: 'fill-zone', zone }} label={zone} />
            ))}
          </Row>
          <Row name="EC2">
            <Switch view={view} makes={{ kind: 'lose-events' }} label="Lose events" />
            <button
              type="button"
              class="button"
              onClick={() => actAndTell({ kind: 'throttle', seconds: THROTTLE_SECONDS })}
            >
              Throttle for {THROTTLE_SECONDS} s
            </button>
          </Row>
          <AnyInstance cutOff={view.cutOff} />
        </div>
        <div class="fault-active">
          <Active view={view} />
        </div>
      </div>
    </aside>
  );
};

interface SwitchProps {
  readonly view: FaultsView;
  readonly makes: FaultSwitch;
  readonly label: string;
}

/** Makes a fault, or removes it when it is there. */
const Switch = ({ view, makes, label }: SwitchProps) => {
  const made = view.active.find(({ by }) => JSON.stringify(by) === JSON.stringify(makes));
  return (
    <button
      type="button"
      class="button"
      aria-pressed={made !== undefined}
      onClick={() => actAndTell(made === undefined ? makes : { kind: 'remove-fault', id: made.id })}
    >
      {label}
    </button>
  );
};

const WAYS = [
  { kind: 'terminate', label: 'Terminate' },
  { kind: 'kill', label: 'Kill its software' },
  { kind: 'cut-off', label: 'Cut off' },
] as const;

/** Breaks whichever healthy instance of the group that is looked at. */
const AnyInstance = ({ cutOff }: { readonly cutOff: readonly string[] }) => {
  const group = detail.value;
  if (group === undefined) return null;
  const healthy = group.cells.flatMap(({ instance, bucket }) =>
    instance !== undefined && bucket === 'healthy' && !cutOff.includes(instance) ? [instance] : [],
  );
  const one = healthy[Math.floor(Math.random() * healthy.length)];
  return (
    <Row name={`Any instance of ${group.id}`}>
      {WAYS.map(({ kind, label }) => (
        <button
          key={kind}
          type="button"
          class="button"
          disabled={one === undefined}
          onClick={() => one !== undefined && actAndTell({ kind, instance: one })}
        >
          {label}
        </button>
      ))}
    </Row>
  );
};

const Row = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <fieldset class="fault-row">
    <legend>{name}</legend>
    <div class="buttons">{children}</div>
  </fieldset>
);

const Active = ({ view: { active, cutOff } }: { readonly view: FaultsView }) => {
  if (active.length + cutOff.length === 0) return <p class="soft">No fault is on.</p>;
  return (
    <>
      <ul class="fault-list">
        {active.map(({ id, text, usesLeft, until }) => (
          <li key={id}>
            <span>
              {text}
              <span class="soft">
                {usesLeft === undefined ? '' : ` · ${usesLeft} left`}
                {until === undefined ? '' : ` · ends ${untilText(until, now.value)}`}
              </span>
            </span>
            <button
              type="button"
              class="button"
              aria-label={`Remove: ${text}`}
              onClick={() => actAndTell({ kind: 'remove-fault', id })}
            >
              Remove
            </button>
          </li>
        ))}
        {cutOff.map((instance) => (
          <li key={instance}>
            <span>
              <span class="code">{instance}</span> is cut off
            </span>
            <button
              type="button"
              class="button"
              aria-label={`Reconnect ${instance}`}
              onClick={() => actAndTell({ kind: 'reconnect', instance })}
            >
              Reconnect
            </button>
          </li>
        ))}
      </ul>
      {active.length > 1 ? (
        <button type="button" class="button" onClick={() => actAndTell({ kind: 'clear-faults' })}>
          Remove all
        </button>
      ) : null}
    </>
  );
};
