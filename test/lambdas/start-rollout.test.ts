import { expect, it } from 'vitest';
import { task } from '../../lambdas/start-rollout.js';
import { ThrottledError } from '../../lib/core/errors.js';
import type { RolloutExecution, RolloutExecutions } from '../../lib/ports/outbox.js';

const detail = { stack: 'prod', group: 'web', rollout: 'r-1', execution: 2, name: 'h-2' };
/** As EventBridge delivers it, with the fields that it adds. */
const event = (of: object = detail) => ({
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'rollout.execution-due',
  source: 'holdfast',
  account: '123456789012',
  time: '2026-01-01T00:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: of,
});

const recording = (): RolloutExecutions & { readonly started: RolloutExecution[] } => {
  const started: RolloutExecution[] = [];
  return { started, start: async (execution) => void started.push(execution) };
};

it('starts the execution that the event asks for', async () => {
  const machine = recording();
  await task({ machine })(event());
  expect(machine.started).toEqual([{ group: 'web', rollout: 'r-1', execution: 2, name: 'h-2' }]);
});

it('fails when the machine cannot be started now, so that Lambda tries the event again', async () => {
  const machine: RolloutExecutions = {
    start: async () => {
      throw new ThrottledError('execution "h-2" was not started');
    },
  };
  await expect(task({ machine })(event())).rejects.toMatchObject({ name: 'Throttled' });
});

it.each([
  ['a field that it does not know', { ...detail, turn: 1 }, /turn/],
  ['a name that Step Functions would not take', { ...detail, name: 'a b' }, /use 1 to 80 letters/],
  ['no number of the execution', { ...detail, execution: 0 }, /execution/],
])('starts nothing for an event with %s', async (_, wrong, message) => {
  const machine = recording();
  await expect(task({ machine })(event(wrong))).rejects.toThrow(message);
  expect(machine.started).toEqual([]);
});
