import type { Cell, FaultAction, GroupDetail } from '../../protocol.js';
import { BUCKETS } from '../format/bucket.js';
import { agoText, momentText } from '../format/time.js';
import { byZone, cellKey } from '../format/zones.js';
import { actAndTell } from '../state/act.js';
import { ask } from '../state/dialogs.js';
import { eventFilter, faults, isLocal, now, openCell, readOnly, sideTab } from '../state/store.js';
import { Told } from './told.js';

/** The instance of the cell that is open, and what can be done to it. */
export const InstancePanel = ({ group }: { readonly group: GroupDetail }) => {
  const cell = byZone(group.cells)
    .flatMap(({ cells }) => cells)
    .find(({ cell: it, index }) => cellKey(it, index) === openCell.value)?.cell;
  if (cell === undefined) return null;
  return (
    <section class="instance" aria-label="Instance">
      <header>
        <h2 class="code">{cell.instance ?? 'no instance'}</h2>
        <span class={BUCKETS[cell.bucket].tone}>{BUCKETS[cell.bucket].word}</span>
        <button
          type="button"
          class="button plain"
          aria-label="Close instance"
          onClick={() => {
            openCell.value = undefined;
          }}
        >
          Close
        </button>
      </header>
      <p>
        <Told text={cell.reason} />
      </p>
      <Facts cell={cell} />
      {cell.instance === undefined ? null : <Actions group={group.id} instance={cell.instance} />}
    </section>
  );
};

const Facts = ({ cell }: { readonly cell: Cell }) => {
  const facts = [
    ['Logical ID', cell.logicalId],
    ['Role', cell.leader ? `${cell.role ?? 'member'}, leader` : cell.role],
    ['State', cell.state],
    ['Health', cell.health],
    ['Zone', cell.zone],
    ['Type', cell.type],
    ['Address', cell.privateIp],
    ['Config', configText(cell)],
    [
      'Launched',
      cell.launchedAt === undefined
        ? undefined
        : `${agoText(cell.launchedAt, now.value)}, ${momentText(cell.launchedAt, now.value)}`,
    ],
  ] as const;
  return (
    <dl class="pairs">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
};

const configText = ({ configHash, upToDate }: Cell): string | undefined =>
  configHash === undefined
    ? undefined
    : `${configHash.slice(0, 8)}${upToDate === undefined ? '' : upToDate ? ', up to date' : ', outdated'}`;

const Actions = ({ group, instance }: { readonly group: string; readonly instance: string }) => (
  <div class="buttons">
    <button
      type="button"
      class="button"
      onClick={() => {
        eventFilter.value = instance;
        sideTab.value = 'events';
      }}
    >
      Its events
    </button>
    <button
      type="button"
      class="button danger"
      disabled={readOnly.value !== undefined}
      onClick={() => askReplace(group, instance)}
    >
      Replace…
    </button>
    {isLocal.value ? <Break instance={instance} /> : null}
  </div>
);

const askReplace = (group: string, instance: string): void =>
  ask({
    title: `Replace ${instance}?`,
    lines: ['It is drained and destroyed, within budget and quorum, and another one takes its place.'],
    verb: 'Replace',
    typed: group,
    run: () => actAndTell({ kind: 'replace', group, instances: [instance], confirm: true }),
  });

const WAYS: readonly { readonly kind: 'kill' | 'cut-off' | 'stop' | 'terminate'; readonly label: string }[] =
  [
    { kind: 'kill', label: 'Kill its software' },
    { kind: 'cut-off', label: 'Cut off' },
    { kind: 'stop', label: 'Stop' },
    { kind: 'terminate', label: 'Terminate' },
  ];

/** Ways to break it, behind the control plane's back. */
const Break = ({ instance }: { readonly instance: string }) => {
  const isCutOff = faults.value?.cutOff.includes(instance) ?? false;
  const ways: readonly {
    readonly kind: 'reconnect' | (typeof WAYS)[number]['kind'];
    readonly label: string;
  }[] = isCutOff
    ? [{ kind: 'reconnect', label: 'Reconnect' }, ...WAYS.filter(({ kind }) => kind !== 'cut-off')]
    : WAYS;
  return (
    <fieldset class="buttons break" aria-label="Break it, to see it repaired">
      <span class="soft">Break it:</span>
      {ways.map(({ kind, label }) => (
        <button
          key={kind}
          type="button"
          class="button"
          onClick={() => actAndTell({ kind, instance } satisfies FaultAction)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
};
