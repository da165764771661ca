import {
  type DescribeInstanceInformationCommandInput,
  type GetCommandInvocationCommandInput,
  InvalidCommandId,
  InvalidInstanceId,
  InvocationDoesNotExist,
  type ListCommandInvocationsCommandInput,
  type SendCommandCommandInput,
  SSMServiceException,
} from '@aws-sdk/client-ssm';
import type { Instant } from '../../core/ids.js';
import type { NodeDocument } from '../../ports/flavor.js';
import type { Random } from '../../ports/random.js';
import type { LocalClock } from '../clock.js';
import type { Documents } from './documents.js';

/** A machine as Systems Manager knows it. */
export interface ManagedNode {
  readonly instanceId: string;
  readonly pingStatus: 'Online' | 'ConnectionLost' | 'Inactive';
  readonly lastPing?: Instant;
}

export interface NodeResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The node killed it when its document's time was over. */
  readonly timedOut?: boolean;
}

/** A command on its way to one node. */
export interface Delivery {
  /** With its script, when it was put into this cloud. */
  readonly document?: NodeDocument;
  /**
   * To be called when the node has it: from then on it cannot be undelivered any more.
   * @returns false when it came too late: it must not run.
   */
  arrived(): boolean;
}

/** The machines behind Systems Manager: pluggable, so that models and real nodes can stand there. */
export interface Nodes {
  /** Those whose agent ever registered and that still exist. */
  managed(): readonly ManagedNode[];
  /**
   * Runs a document on one, by its own name and not that of the account; it may sleep on the clock. Never settles, as far
   * as the caller can tell, when the node is gone.
   */
  runOnNode(
    instanceId: string,
    document: string,
    parameters: Readonly<Record<string, readonly string[]>>,
    delivery: Delivery,
  ): Promise<NodeResult>;
}

export const noNodes: Nodes = {
  managed: () => [],
  runOnNode: async (instanceId) => {
    throw new Error(`no node ${instanceId} in this cloud`);
  },
};

type Status = 'InProgress' | 'Success' | 'Failed' | 'TimedOut';

interface Run {
  readonly commandId: string;
  readonly instanceId: string;
  readonly document: string;
  readonly requestedAt: Instant;
  status: Status;
  details?: string;
  result?: NodeResult;
  endedAt?: Instant;
}

const MOST_TARGETS = 50;
/** What GetCommandInvocation and ListCommandInvocations give of an output, in characters (API reference). */
const LONGEST_OUTPUT = 24_000;
const LONGEST_ERROR = 8_000;
const LONGEST_LISTED_OUTPUT = 2_500;
/** Time to reach the node when TimeoutSeconds names none. */
const DEFAULT_TIMEOUT_SECONDS = 3_600;
/** Commands are shown for 30 days; here an hour is enough. */
const KEPT_MS = 3_600_000;
const failed = { $metadata: { httpStatusCode: 400 } };

export function commands(world: {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly nodes: () => Nodes;
  readonly documents: Documents;
  readonly pageSize: number;
}) {
  const { clock, random } = world;
  const runs = new Map<string, Map<string, Run>>();

  const start = (
    run: Run,
    parameters: Readonly<Record<string, readonly string[]>>,
    timeoutSeconds: number,
    document: NodeDocument | undefined,
  ) => {
    const end = (status: Status, result?: NodeResult, details: string = status) => {
      if (run.status !== 'InProgress') return;
      timer.cancel();
      run.status = status;
      run.details = details;
      run.endedAt = clock.now();
      if (result) run.result = result;
    };
    const timer = clock.at(clock.now() + timeoutSeconds * 1000, () =>
      end('TimedOut', undefined, 'Delivery Timed Out'),
    );
    clock.at(clock.now(), async () => {
      try {
        const result = await world
          .nodes()
          .runOnNode(run.instanceId, document?.name ?? run.document, parameters, {
            ...(document && { document }),
            arrived: () => {
              timer.cancel();
              return run.status === 'InProgress';
            },
          });
        if (result.timedOut) end('TimedOut', { ...result, exitCode: -1 }, 'Execution Timed Out');
        else end(result.exitCode === 0 ? 'Success' : 'Failed', result);
      } catch (error) {
        end('Failed', {
          exitCode: 1,
          stdout: '',
          stderr: error instanceof Error ? error.message : String(error),
        });
      }
    });
  };

  const send = (input: SendCommandCommandInput) => {
    const ids = input.InstanceIds ?? [];
    const document = input.DocumentName ?? '';
    if (ids.length === 0 || ids.length > MOST_TARGETS) {
      throw new SSMServiceException({
        name: 'ValidationException',
        message: `${ids.length} instance ids: use 1 to ${MOST_TARGETS}`,
        $fault: 'client',
        ...failed,
      });
    }
    const known = new Map(
      world
        .nodes()
        .managed()
        .map((node) => [node.instanceId, node]),
    );
    const strangers = ids.filter((id) => known.get(id)?.pingStatus !== 'Online');
    if (strangers.length > 0) {
      throw new InvalidInstanceId({
        message: `instances [[${strangers.join(', ')}]] not in a valid state for account`,
        Message: `instances [[${strangers.join(', ')}]] not in a valid state for account`,
        ...failed,
      });
    }
    const content = world.documents.check(document, input.Parameters ?? {});
    forgetOld();
    const commandId = random.id();
    const requestedAt = clock.now();
    const byInstance = new Map<string, Run>();
    for (const instanceId of ids) {
      const run: Run = { commandId, instanceId, document, requestedAt, status: 'InProgress' };
      byInstance.set(instanceId, run);
      start(run, input.Parameters ?? {}, input.TimeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS, content);
    }
    runs.set(commandId, byInstance);
    return {
      Command: {
        CommandId: commandId,
        DocumentName: document,
        InstanceIds: [...ids],
        Status: 'Pending',
        RequestedDateTime: new Date(requestedAt),
        TargetCount: ids.length,
      },
    };
  };
  const forgetOld = () => {
    for (const [id, byInstance] of runs) {
      const [run] = byInstance.values();
      if (run && run.requestedAt < clock.now() - KEPT_MS) runs.delete(id);
    }
  };

  return {
    SendCommand: send,
    GetCommandInvocation: (input: GetCommandInvocationCommandInput) => {
      const run = runs.get(input.CommandId ?? '')?.get(input.InstanceId ?? '');
      if (!run) {
        throw new InvocationDoesNotExist({
          message: `no invocation of ${input.CommandId} on ${input.InstanceId}`,
          ...failed,
        });
      }
      return {
        CommandId: run.commandId,
        InstanceId: run.instanceId,
        DocumentName: run.document,
        Status: run.status,
        StatusDetails: run.details ?? run.status,
        ResponseCode: run.result?.exitCode ?? -1,
        StandardOutputContent: run.result?.stdout.slice(0, LONGEST_OUTPUT) ?? '',
        StandardErrorContent: run.result?.stderr.slice(0, LONGEST_ERROR) ?? '',
        ...(run.endedAt !== undefined && { ExecutionEndDateTime: new Date(run.endedAt).toISOString() }),
      };
    },
    ListCommandInvocations: (input: ListCommandInvocationsCommandInput) => {
      const byInstance = runs.get(input.CommandId ?? '');
      if (input.CommandId !== undefined && !byInstance) {
        throw new InvalidCommandId({ message: `no command ${input.CommandId}`, ...failed });
      }
      const all = byInstance
        ? [...byInstance.values()]
        : [...runs.values()].flatMap((some) => [...some.values()]);
      const wanted = all.filter((run) => (input.InstanceId ?? run.instanceId) === run.instanceId);
      const { items, NextToken } = page(
        wanted,
        input.NextToken,
        Math.min(input.MaxResults ?? 50, world.pageSize),
      );
      return {
        NextToken,
        CommandInvocations: items.map((run) => ({
          CommandId: run.commandId,
          InstanceId: run.instanceId,
          DocumentName: run.document,
          RequestedDateTime: new Date(run.requestedAt),
          Status: run.status,
          StatusDetails: run.details ?? run.status,
          CommandPlugins: input.Details
            ? [
                {
                  Name: 'runShellScript',
                  Status: run.status,
                  ResponseCode: run.result?.exitCode ?? -1,
                  Output: run.result?.stdout.slice(0, LONGEST_LISTED_OUTPUT) ?? '',
                },
              ]
            : [],
        })),
      };
    },
    DescribeInstanceInformation: (input: DescribeInstanceInformationCommandInput) => {
      const wanted = new Map((input.Filters ?? []).map(({ Key, Values }) => [Key, new Set(Values)]));
      const nodes = world
        .nodes()
        .managed()
        .filter(
          ({ instanceId, pingStatus }) =>
            (wanted.get('InstanceIds')?.has(instanceId) ?? true) &&
            (wanted.get('PingStatus')?.has(pingStatus) ?? true),
        );
      const { items, NextToken } = page(
        nodes,
        input.NextToken,
        Math.min(input.MaxResults ?? 50, world.pageSize),
      );
      return {
        NextToken,
        InstanceInformationList: items.map(({ instanceId, pingStatus, lastPing }) => ({
          InstanceId: instanceId,
          PingStatus: pingStatus,
          ResourceType: 'EC2Instance',
          PlatformType: 'Linux',
          LastPingDateTime: new Date(lastPing ?? clock.now()),
        })),
      };
    },
  };
}

/** The token is the number of items given before. */
function page<Item>(all: readonly Item[], token: string | undefined, size: number) {
  const from = Number(token ?? 0);
  const items = all.slice(from, from + size);
  return { items, NextToken: from + size < all.length ? String(from + size) : undefined };
}
