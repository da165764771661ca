import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidArn,
  InvalidExecutionInput,
  InvalidName,
  InvalidToken,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';

const refusal = (message: string) => ({ message, $metadata: { httpStatusCode: 400 } });

export const executionAlreadyExists = (arn: string): Error =>
  new ExecutionAlreadyExists(refusal(`Execution Already Exists: '${arn}'`));
export const executionDoesNotExist = (arn: string): Error =>
  new ExecutionDoesNotExist(refusal(`Execution Does Not Exist: '${arn}'`));
export const stateMachineDoesNotExist = (arn: string): Error =>
  new StateMachineDoesNotExist(refusal(`State Machine Does Not Exist: '${arn}'`));
export const invalidArn = (arn: string): Error => new InvalidArn(refusal(`Invalid Arn: '${arn}'`));
export const invalidName = (name: string): Error => new InvalidName(refusal(`Invalid Name: '${name}'`));
export const invalidToken = (token: string): Error => new InvalidToken(refusal(`Invalid Token: '${token}'`));
export const invalidExecutionInput = (problem: string): Error =>
  new InvalidExecutionInput(refusal(`Invalid State Machine Execution Input: '${problem}'`));
