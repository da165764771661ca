import { signal } from '@preact/signals';
import type { Action } from '../../protocol.js';
import { act, actAndTell, tell } from './act.js';

/** A question before something is done. */
export interface Question {
  readonly title: string;
  /** What will happen, a paragraph each. */
  readonly lines: readonly string[];
  /** Label of the button that does it. */
  readonly verb: string;
  /** To be typed first, because it destroys or replaces something. */
  readonly typed?: string;
  /** One value to give. */
  readonly asks?: {
    readonly label: string;
    readonly value: string;
    readonly hint?: string;
    readonly kind: 'text' | 'number';
  };
  readonly run: (value: string) => Promise<unknown>;
}

/** The dialog that is open; one at a time. */
export const dialog = signal<'help' | 'plan' | { readonly question: Question } | undefined>(undefined);
/** The document in the plan dialog; survives closing it. */
export const draft = signal('');

export const ask = (question: Question): void => {
  dialog.value = { question };
};

export const closeDialog = (): void => {
  dialog.value = undefined;
};

type Confirmable = Extract<Action, { confirm?: boolean }>;

/** Does it; when the server wants it confirmed, asks with the group's name typed and then does it. */
export const actConfirmed = async (action: Confirmable, group: string, verb: string): Promise<void> => {
  const answer = await act(action);
  if (!answer.ok && answer.error.code === 'ConfirmationNeeded') {
    ask({
      title: `${verb} ${group}?`,
      lines: [answer.error.message],
      verb,
      typed: group,
      run: () => actAndTell({ ...action, confirm: true }),
    });
    return;
  }
  tell(answer.ok ? doneText(answer.result) : answer.error.message, !answer.ok);
};

const doneText = (result: Extract<Awaited<ReturnType<typeof act>>, { ok: true }>['result']): string => {
  if (result.kind === 'plans') {
    return result.plans.map(({ group, plan }) => `${group}: ${plan.split('\n')[0]}`).join('; ');
  }
  return result.kind === 'done' ? result.message : 'done';
};

/** Says first what it would do, and wants the group's name typed. */
export const askRollback = async (group: string, revision?: number): Promise<void> => {
  const action = { kind: 'rollback', group, ...(revision === undefined ? {} : { revision }) } as const;
  const planned = await act({ ...action, pretend: true });
  if (!planned.ok) {
    tell(planned.error.message, true);
    return;
  }
  const plans = planned.result.kind === 'plans' ? planned.result.plans : [];
  ask({
    title: `Roll ${group} back${revision === undefined ? '' : ` to revision ${revision}`}?`,
    lines: plans.flatMap(({ plan, warnings }) => [
      ...plan.split('\n'),
      ...warnings.map((it) => `warning: ${it}`),
    ]),
    verb: 'Roll back',
    typed: group,
    run: () => actAndTell({ ...action, confirm: true }),
  });
};
