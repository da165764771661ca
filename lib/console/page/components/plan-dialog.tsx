import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Answer } from '../../protocol.js';
import { changeText, confirmationFor } from '../format/plans.js';
import { act, tell } from '../state/act.js';
import { ask, closeDialog, draft } from '../state/dialogs.js';
import { readOnly } from '../state/store.js';
import { Dialog } from './dialog.js';
import { Issues } from './issues.js';
import { Plan } from './plan.js';

/** A config before it is committed: what it would change, and what that would do. */
export const PlanDialog = () => {
  const answer = useSignal<Answer | undefined>(undefined);
  const planned = useSignal('');
  const isBusy = useSignal(false);
  const plan = async () => {
    const text = draft.value;
    if (text.trim() === '' || isBusy.value) return;
    isBusy.value = true;
    answer.value = await act({ kind: 'plan', text });
    planned.value = text;
    isBusy.value = false;
  };
  useEffect(() => {
    plan();
  }, []);
  const plans =
    answer.value?.ok && answer.value.result.kind === 'plans' ? answer.value.result.plans : undefined;
  const isCurrent = plans !== undefined && planned.value === draft.value;
  const canCommit = isCurrent && plans.some(({ changed }) => changed) && readOnly.value === undefined;
  return (
    <Dialog title="Plan a config" isWide>
      <div class="dialog-body">
        <Source onPlan={plan} />
        <div class="buttons">
          <button type="button" class="button" disabled={draft.value.trim() === ''} onClick={plan}>
            Plan
          </button>
          <button
            type="button"
            class="button main"
            disabled={!canCommit}
            onClick={() => commit(planned.value, plans ?? [])}
          >
            Commit
          </button>
          <span class="soft plan-word" role="status">
            {isBusy.value
              ? 'planning'
              : plans === undefined
                ? ''
                : isCurrent
                  ? changeText(plans)
                  : 'changed since it was planned'}
          </span>
        </div>
        {readOnly.value === undefined ? null : <p class="soft">{readOnly.value}</p>}
        {answer.value === undefined || answer.value.ok ? null : (
          <Issues error={answer.value.error} text={planned.value} />
        )}
        {plans?.map((it) => (
          <Plan key={it.group} plan={it} />
        ))}
      </div>
    </Dialog>
  );
};

const Source = ({ onPlan }: { readonly onPlan: () => Promise<void> }) => (
  <label class="labelled">
    <span>
      JSON or YAML: paste it, drop a file, or{' '}
      <input
        type="file"
        class="file"
        accept=".json,.yaml,.yml"
        aria-label="Choose a config file"
        onChange={async ({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file === undefined) return;
          draft.value = await file.text();
          await onPlan();
        }}
      />
    </span>
    <textarea
      class="field code source"
      rows={8}
      spellcheck={false}
      placeholder={'{"groups": {"web": {"Properties": {…}}}}'}
      value={draft.value}
      onInput={({ currentTarget }) => {
        draft.value = currentTarget.value;
      }}
      onPaste={() => setTimeout(onPlan)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onPlan();
      }}
    />
  </label>
);

/** Asks with the name typed when the plan ends more at once than the budget allows. */
const commit = async (text: string, plans: Parameters<typeof confirmationFor>[0]): Promise<void> => {
  const confirmation = confirmationFor(plans);
  if (confirmation !== undefined) {
    ask({ ...confirmation, verb: 'Commit', run: () => commitNow(text, true) });
    return;
  }
  await commitNow(text, false);
};

const commitNow = async (text: string, confirm: boolean): Promise<void> => {
  const answer = await act({ kind: 'commit', text, ...(confirm ? { confirm } : {}) });
  if (!answer.ok) {
    tell(answer.error.message, true);
    return;
  }
  closeDialog();
  draft.value = '';
  const plans = answer.result.kind === 'plans' ? answer.result.plans : [];
  tell(`Committed ${plans.map(({ group, plan }) => `${group}: ${plan.split('\n')[0]}`).join('; ')}`);
};
