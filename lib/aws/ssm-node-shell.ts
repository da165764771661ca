import {
  type CommandInvocation,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  paginateDescribeInstanceInformation,
  paginateListCommandInvocations,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { RefusedError, ThrottledError, UnansweredError } from '../core/errors.js';
import { type InstanceId, instanceId } from '../core/ids.js';
import { chunks } from '../core/in-flight.js';
import type { NodeAnswer, NodeShell } from '../ports/node-shell.js';
import { isUnanswered } from './lost-answer.js';

/** SendCommand's limit of targets, and DescribeInstanceInformation's of filter values and of a page. */
const TARGETS = 50;
const FILTER_VALUES = 50;
const PAGE = 50;
/** SendCommand's shortest time to reach a node. */
const SHORTEST_TIMEOUT_SECONDS = 30;

const BUSY: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'RateExceeded',
  'TooManyUpdates',
]);

/** Nothing of it has run. */
const UNDELIVERED: ReadonlySet<string> = new Set(['Delivery Timed Out', 'DeliveryTimedOut', 'Undeliverable']);

/** The command never ran, or never ended, on that node; in the words of `StatusDetails`. */
const FAILED: ReadonlyMap<string, string> = new Map([
  ['Cancelled', 'the command was cancelled'],
  ['Delivery Timed Out', 'the command did not reach the node in time'],
  ['DeliveryTimedOut', 'the command did not reach the node in time'],
  ['Execution Timed Out', 'the command did not end in time'],
  ['ExecutionTimedOut', 'the command did not end in time'],
  ['TimedOut', 'the command timed out'],
  ['Undeliverable', 'the node cannot be reached'],
  ['Terminated', 'the command was given up, since it failed on other nodes'],
  ['InvalidPlatform', 'the document does not run on this platform'],
  ['AccessDenied', 'the node may not run this document'],
]);

/**
 * Commands on nodes through Systems Manager. Outputs are cut at 24,000 characters by it. `documents` gives the names
 * that our documents have on AWS.
 */
export function ssmNodeShell(client: SSMClient, documents: Readonly<Record<string, string>> = {}): NodeShell {
  return {
    online: async (ids) => {
      const online = new Set<InstanceId>();
      for (const some of chunks([...new Set(ids)], FILTER_VALUES)) {
        const Filters = [
          { Key: 'InstanceIds', Values: [...some] },
          { Key: 'PingStatus', Values: ['Online'] },
        ];
        try {
          for await (const page of paginateDescribeInstanceInformation(
            { client, pageSize: PAGE },
            { Filters },
          )) {
            for (const { InstanceId: id, PingStatus } of page.InstanceInformationList ?? []) {
              if (id && PingStatus === 'Online') online.add(instanceId(id));
            }
          }
        } catch (error) {
          throw ssmError(error);
        }
      }
      return online;
    },
    start: async (ids, command) => {
      if (ids.length === 0 || ids.length > TARGETS) {
        throw new RefusedError(`a command takes 1 to ${TARGETS} nodes, not ${ids.length}`);
      }
      try {
        const { Command } = await client.send(
          new SendCommandCommand({
            DocumentName: documents[command.document] ?? command.document,
            InstanceIds: [...ids],
            Parameters: Object.fromEntries(
              Object.entries(command.parameters).map(([name, value]) => [name, [value]]),
            ),
            TimeoutSeconds: Math.max(SHORTEST_TIMEOUT_SECONDS, Math.ceil(command.timeoutSeconds)),
          }),
        );
        if (Command?.CommandId) return Command.CommandId;
      } catch (error) {
        throw ssmError(error);
      }
      throw new UnansweredError('SSM took the command and named no id');
    },
    read: async (commandId, id) => {
      try {
        const input = { CommandId: commandId, InstanceId: id };
        return answerOf(await client.send(new GetCommandInvocationCommand(input)));
      } catch (error) {
        // Shown a moment after SendCommand answers, and no longer after 30 days; the caller's deadline ends the wait.
        if (error instanceof Error && error.name === 'InvocationDoesNotExist') return { kind: 'running' };
        throw ssmError(error);
      }
    },
    readAll: async (commandId) => {
      const answers = new Map<InstanceId, NodeAnswer>();
      try {
        const pages = paginateListCommandInvocations(
          { client, pageSize: PAGE },
          { CommandId: commandId, Details: true },
        );
        for await (const page of pages)
          for (const one of page.CommandInvocations ?? [])
            if (one.InstanceId) answers.set(instanceId(one.InstanceId), listedAnswer(one));
      } catch (error) {
        throw ssmError(error);
      }
      return answers;
    },
  };
}

/** What SSM writes between the two outputs of a plugin, where it gives them as one. */
const ERROR_MARK = '\n----------ERROR-------\n';

const listedAnswer = ({ Status, StatusDetails, CommandPlugins }: CommandInvocation): NodeAnswer => {
  const [plugin] = CommandPlugins ?? [];
  const [stdout = '', stderr = ''] = (plugin?.Output ?? '').split(ERROR_MARK);
  return answerOf({
    Status,
    StatusDetails,
    ResponseCode: plugin?.ResponseCode,
    StandardOutputContent: stdout,
    StandardErrorContent: stderr,
  });
};

const answerOf = (invocation: Omit<GetCommandInvocationCommandOutput, '$metadata'>): NodeAnswer => {
  const { Status, StatusDetails = '', ResponseCode = -1 } = invocation;
  const failure = FAILED.get(StatusDetails) ?? FAILED.get(Status ?? '');
  if (failure !== undefined)
    return {
      kind: 'failed',
      reason: failure,
      ...(UNDELIVERED.has(StatusDetails) ? { undelivered: true } : {}),
    };
  // A failed one with a code has run and said no; without one it never ran.
  if (Status === 'Success' || (Status === 'Failed' && ResponseCode >= 0)) {
    const { StandardOutputContent: stdout = '', StandardErrorContent: stderr = '' } = invocation;
    return { kind: 'done', output: { exitCode: ResponseCode, stdout, stderr } };
  }
  if (Status === 'Failed') return { kind: 'failed', reason: `the command failed: ${StatusDetails}` };
  return { kind: 'running' };
};

/** SSM's errors in our words. */
export const ssmError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const words = `${error.name}: ${error.message}`;
  if (BUSY.has(error.name)) return new ThrottledError(words, { cause: error });
  if (isUnanswered(error)) return new UnansweredError(words, { cause: error });
  if (error.name === 'InvalidInstanceId') {
    return new RefusedError(`SSM does not take one of the nodes: ${error.message || 'not Online any more'}`);
  }
  return error;
};
