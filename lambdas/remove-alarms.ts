import { type OrphanedAlarms, orphanedAlarms, orphanedAlarmsClients } from '../lib/aws/orphaned-alarms.js';
import { ANSWER_MS, answer, type CustomResourceEvent, type Fetch, send } from './custom-resource.js';
import type { LambdaContext } from './runtime.js';

export interface AlarmRemovalEvent extends CustomResourceEvent {
  readonly ResourceProperties: { readonly Prefix?: string };
}

export interface AlarmRemoval {
  readonly alarms: OrphanedAlarms;
  readonly fetch: Fetch;
}

/** The same for good: another id would tell CloudFormation that the old resource can go. */
const PHYSICAL_ID = 'group-alarms';

/**
 * Deletes the alarms of all groups when their control plane goes; nothing before. Always answers: CloudFormation would
 * wait for one until its own time is out. A failure fails the deletion, which can be tried again.
 * @throws when CloudFormation cannot be reached; Lambda then tries the event again.
 */
export const task =
  (removal: AlarmRemoval) =>
  async (event: AlarmRemovalEvent, context: LambdaContext): Promise<void> => {
    const reason = await failureOf(removal, event, context);
    await answer(removal.fetch, event, { physicalId: event.PhysicalResourceId ?? PHYSICAL_ID, reason });
  };

/** Does what the event asks for. @returns why it failed; absent when it did not. */
async function failureOf(
  { alarms }: AlarmRemoval,
  { RequestType, StackId, ResourceProperties }: AlarmRemovalEvent,
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

export const handler = (event: AlarmRemovalEvent, context: LambdaContext): Promise<void> =>
  task({ alarms: orphanedAlarms(orphanedAlarmsClients()), fetch: send })(event, context);
