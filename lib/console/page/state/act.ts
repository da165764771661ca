import { signal } from '@preact/signals';
import { ACT_PATH, type Action, type Answer, TOKEN_HEADER } from '../../protocol.js';
import { hello } from './store.js';

/** What is told at the bottom of the page for a while. */
export interface Note {
  readonly text: string;
  readonly isBad: boolean;
}

export const note = signal<Note | undefined>(undefined);

const NOTE_MS = 6_000;
let vanishing: ReturnType<typeof setTimeout> | undefined;

/** Tells something for a few seconds; what went wrong stays until it is dismissed. */
export const tell = (text: string, isBad = false): void => {
  clearTimeout(vanishing);
  note.value = { text, isBad };
  if (!isBad) vanishing = setTimeout(() => (note.value = undefined), NOTE_MS);
};

/** Asks the server to do something. Never throws: a server that cannot be reached is an answer too. */
export const act = async (action: Action): Promise<Answer> => {
  try {
    const response = await fetch(ACT_PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [TOKEN_HEADER]: hello.value?.token ?? '' },
      body: JSON.stringify(action),
    });
    return (await response.json()) as Answer;
  } catch (error) {
    return failure(
      'Unanswered',
      `no answer from the server: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

const failure = (code: string, message: string): Answer => ({
  ok: false,
  error: { code, message, issues: [] },
});

/** Acts and tells how it went. `true`: it was done. */
export const actAndTell = async (action: Action): Promise<boolean> => {
  const answer = await act(action);
  if (!answer.ok) {
    tell(answer.error.message, true);
    return false;
  }
  const { result } = answer;
  tell(
    result.kind === 'plans'
      ? result.plans.map(({ group, plan }) => `${group}: ${plan.split('\n')[0]}`).join('; ')
      : result.kind === 'done'
        ? result.message
        : 'done',
  );
  return true;
};
