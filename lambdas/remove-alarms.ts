import { type OrphanedAlarms, orphanedAlarms, orphanedAlarmsClients } from '../lib/aws/orphaned-alarms.js';
import type { LambdaContext } from './runtime.js';

/** What CloudFormation asks of a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** Signed, so whoever knows it may answer: it is never logged. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** Absent in `Create`. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: { readonly Prefix?: string };
}

export interface AlarmRemoval {
  readonly alarms: OrphanedAlarms;
  readonly fetch: (
    url: string,
    request: {
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    },
  ) => Promise<{ readonly ok: boolean; readonly status: number }>;
}

/** The same for good: another id would tell CloudFormation that the old resource can go. */
const PHYSICAL_ID = 'group-alarms';
/** Kept of the invocation's time for the answer. */
const ANSWER_MS = 10_000;
const ANSWER_ATTEMPTS = 3;
const ATTEMPT_MS = 3000;
/** CloudFormation reads an answer of 4096 bytes at most. */
const REASON_LENGTH = 500;

/**
 * Deletes the alarms of all groups when their control plane goes; nothing before. Always answers: CloudFormation would
 * wait for one until its own time is out. A failure fails the deletion, which can be tried again.
 * @throws when CloudFormation cannot be reached; Lambda then tries the event again.
 */
export const task =
  (removal: AlarmRemoval) =>
  async (event: CustomResourceEvent, context: LambdaContext): Promise<void> => {
    const reason = await failureOf(removal, event, context);
    await answer(removal, event.ResponseURL, {
      Status: reason === undefined ? 'SUCCESS' : 'FAILED',
      ...(reason === undefined ? {} : { Reason: reason.slice(0, REASON_LENGTH) }),
      PhysicalResourceId: event.PhysicalResourceId ?? PHYSICAL_ID,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
    });
  };

/** Does what the event asks for. @returns why it failed; absent when it did not. */
async function failureOf(
  { alarms }: AlarmRemoval,
  { RequestType, StackId, ResourceProperties }: CustomResourceEvent,
  context: LambdaContext,
): Promise<string | undefined> {
  if (RequestType !== 'Delete') return undefined;
  const signal = AbortSignal.timeout(Math.max(0, Math.floor(context.getRemainingTimeInMillis()) - ANSWER_MS));
  try {
    if (await alarms.isGivenUp(StackId, signal)) {
      await alarms.removeAll(ResourceProperties.Prefix ?? '', signal);
    }
    return undefined;
  } catch (error) {
    if (signal.aborted)
      return 'the time was too short to delete the alarms of all groups: delete the stack again';
    return `the alarms of the groups were not deleted: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function answer({ fetch }: AlarmRemoval, url: string, content: object): Promise<void> {
  let failure: unknown;
  for (let attempt = 1; attempt <= ANSWER_ATTEMPTS; attempt += 1) {
    try {
      // The URL is signed for no content type, and fetch would give one.
      const { ok, status } = await fetch(url, {
        method: 'PUT',
        headers: { 'content-type': '' },
        body: JSON.stringify(content),
      });
      if (ok) return;
      failure = `status ${status}`;
    } catch (error) {
      failure = error instanceof Error ? error.message : error;
    }
  }
  throw new Error(`CloudFormation did not take the answer: ${failure}`);
}

/** Sends a request as it is, and waits for its answer for no longer than an attempt may last. */
export const send: AlarmRemoval['fetch'] = (url, request) =>
  fetch(url, { ...request, signal: AbortSignal.timeout(ATTEMPT_MS) });

export const handler = (event: CustomResourceEvent, context: LambdaContext): Promise<void> =>
  task({ alarms: orphanedAlarms(orphanedAlarmsClients()), fetch: send })(event, context);
