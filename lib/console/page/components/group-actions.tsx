import type { GroupDetail } from '../../protocol.js';
import { act, actAndTell, tell } from '../state/act.js';
import { actConfirmed, ask, dialog, draft } from '../state/dialogs.js';
import { readOnly } from '../state/store.js';

/** What an operator does to a whole group. */
export const GroupActions = ({ group }: { readonly group: GroupDetail }) => {
  const isOff = readOnly.value !== undefined;
  return (
    <div class="buttons">
      <button type="button" class="button" disabled={isOff} onClick={() => askSize(group)}>
        Scale…
      </button>
      <button type="button" class="button" onClick={() => edit(group.id)}>
        Edit spec…
      </button>
      <button type="button" class="button" disabled={isOff} onClick={() => askRestart(group.id)}>
        Restart…
      </button>
      {group.freeze === undefined ? (
        <button type="button" class="button" disabled={isOff} onClick={() => askFreeze(group.id)}>
          Freeze…
        </button>
      ) : null}
    </div>
  );
};

const askSize = ({ id, declared }: GroupDetail): void =>
  ask({
    title: `Scale ${id}`,
    lines: [],
    verb: 'Scale',
    asks: { label: 'Instances', value: String(declared), kind: 'number' },
    run: (value) => actConfirmed({ kind: 'scale', group: id, size: Number(value) }, id, 'Scale'),
  });

const askRestart = (group: string): void =>
  ask({
    title: `Restart ${group}?`,
    lines: ['Rolls everything that was launched before now, with nothing changed, within the budget.'],
    verb: 'Restart',
    typed: group,
    run: () => actAndTell({ kind: 'restart', group, confirm: true }),
  });

const askFreeze = (group: string): void =>
  ask({
    title: `Freeze ${group}`,
    lines: ['It is observed and alarms, but nothing is launched or destroyed until it is thawed.'],
    verb: 'Freeze',
    asks: { label: 'Why', value: '', hint: 'for whoever finds it frozen', kind: 'text' },
    run: (reason) => actAndTell({ kind: 'freeze', group, reason }),
  });

const edit = async (group: string): Promise<void> => {
  const answer = await act({ kind: 'spec', group });
  if (!answer.ok) {
    tell(answer.error.message, true);
    return;
  }
  if (answer.result.kind === 'spec') draft.value = answer.result.text;
  dialog.value = 'plan';
};
