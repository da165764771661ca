import { useSignal } from '@preact/signals';
import type { Question } from '../state/dialogs.js';
import { closeDialog } from '../state/dialogs.js';
import { Dialog } from './dialog.js';

/** Asks before something is done; what replaces or destroys wants the group's name typed. */
export const QuestionDialog = ({ question }: { readonly question: Question }) => {
  const { title, lines, verb, typed, asks, run } = question;
  const name = useSignal('');
  const value = useSignal(asks?.value ?? '');
  const isBusy = useSignal(false);
  const isReady =
    (typed === undefined || name.value.trim() === typed) && (asks === undefined || value.value.trim() !== '');
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!isReady || isBusy.value) return;
    isBusy.value = true;
    closeDialog();
    await run(value.value.trim());
  };
  return (
    <Dialog title={title}>
      <form class="dialog-body" onSubmit={submit}>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
        {asks === undefined ? null : (
          <label class="labelled">
            <span>{asks.label}</span>
            <input
              class="field"
              inputMode={asks.kind === 'number' ? 'numeric' : 'text'}
              value={value.value}
              onInput={({ currentTarget }) => {
                value.value = currentTarget.value;
              }}
            />
            {asks.hint === undefined ? null : <span class="soft">{asks.hint}</span>}
          </label>
        )}
        {typed === undefined ? null : (
          <label class="labelled">
            <span>
              Type <code>{typed}</code> to go on
            </span>
            <input
              class="field code"
              autocomplete="off"
              spellcheck={false}
              value={name.value}
              onInput={({ currentTarget }) => {
                name.value = currentTarget.value;
              }}
            />
          </label>
        )}
        <div class="buttons dialog-foot">
          <button
            type="submit"
            class={`button main${typed === undefined ? '' : ' danger'}`}
            disabled={!isReady || isBusy.value}
          >
            {verb}
          </button>
          <button type="button" class="button" onClick={closeDialog}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
};
