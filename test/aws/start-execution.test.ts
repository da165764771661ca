import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { stepFunctionsExecutions } from '../../lib/aws/start-execution.js';
import { groupId, rolloutId } from '../../lib/core/ids.js';

const client = new SFNClient({ region: 'eu-west-1' });
const sfn = mockClient(client);
beforeEach(() => sfn.reset());

const machineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:rolling-update';
const executions = stepFunctionsExecutions({ client, machineArn });
const execution = { group: groupId('web'), rollout: rolloutId('r-1'), execution: 2, name: 'h-2' };

test('it starts the machine under the given name, with the version of its input', async () => {
  sfn.on(StartExecutionCommand).resolves({});
  await executions.start(execution);
  expect(sfn.commandCalls(StartExecutionCommand).map((call) => call.args[0].input)).toEqual([
    {
      stateMachineArn: machineArn,
      name: 'h-2',
      input: '{"version":1,"group":"web","rollout":"r-1","execution":2}',
    },
  ]);
});

test('it takes an execution of that name that exists for done', async () => {
  sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: 'it does', $metadata: {} }));
  await expect(executions.start(execution)).resolves.toBeUndefined();
});

test('it tells throttled from unanswered, and passes other failures on', async () => {
  const failing = (error: object) =>
    sfn.on(StartExecutionCommand).rejects(Object.assign(new Error('no'), error));
  failing({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } });
  await expect(executions.start(execution)).rejects.toMatchObject({ name: 'Throttled' });
  failing({ name: 'InternalServerError', $metadata: { httpStatusCode: 500 } });
  await expect(executions.start(execution)).rejects.toMatchObject({
    name: 'Unanswered',
    message: 'execution "h-2" was not started: InternalServerError: no',
  });
  failing({ name: 'TimeoutError' });
  await expect(executions.start(execution)).rejects.toMatchObject({ name: 'Unanswered' });
  failing({ name: 'StateMachineDoesNotExist', $metadata: { httpStatusCode: 400 } });
  await expect(executions.start(execution)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
});

test('it starts nothing where the machine is not known', async () => {
  const nowhere = stepFunctionsExecutions({ client, machineArn: undefined });
  await expect(nowhere.start(execution)).rejects.toThrow('HOLDFAST_ROLLING_UPDATE_ARN is not set');
  expect(sfn.calls()).toEqual([]);
});
