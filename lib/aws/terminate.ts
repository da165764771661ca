import { type EC2Client, EC2ServiceException, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { InstanceId } from '../core/ids.js';
import { chunks, inFlight } from '../core/in-flight.js';
import type { TerminateOutcome } from '../ports/instance-provider.js';
import { ec2Meaning, ec2Words } from './ec2-errors.js';

/** Ids a call; a failed call is repeated one by one, so large calls would cost much. */
const AT_ONCE = 100;
const SINGLE_CALLS = 5;

/**
 * Terminates these and answers for each. One bad id fails a whole call, and a protected one fails those of its zone;
 * so after a refusal each id is asked for on its own. A call repeated for an instance that is ending already does no harm.
 */
export async function terminate(
  client: EC2Client,
  ids: readonly InstanceId[],
): Promise<readonly TerminateOutcome[]> {
  const outcomes: TerminateOutcome[] = [];
  for (const some of chunks([...new Set(ids)], AT_ONCE)) outcomes.push(...(await batch(client, some)));
  return outcomes;
}

const batch = async (client: EC2Client, ids: readonly InstanceId[]): Promise<readonly TerminateOutcome[]> => {
  try {
    return await call(client, ids);
  } catch (error) {
    const [only] = ids;
    if (only !== undefined && ids.length === 1) return [outcomeOf(only, error)];
    const meaning = ec2Meaning(error);
    if (meaning === 'throttled' || meaning === 'unanswered') return ids.map((id) => outcomeOf(id, error));
    const outcomes: TerminateOutcome[] = [];
    await inFlight(SINGLE_CALLS, ids, async (id) => {
      outcomes.push(...(await batch(client, [id])));
    });
    return outcomes;
  }
};

const call = async (client: EC2Client, ids: readonly InstanceId[]): Promise<readonly TerminateOutcome[]> => {
  const { TerminatingInstances } = await client.send(
    new TerminateInstancesCommand({ InstanceIds: [...ids] }),
  );
  const states = new Map(
    (TerminatingInstances ?? []).map((item) => [item.InstanceId, item.CurrentState?.Name]),
  );
  return ids.map((id) => {
    const state = states.get(id);
    if (state === 'shutting-down' || state === 'terminated') return { id, kind: 'ending', state };
    return { id, kind: 'later', reason: `EC2 took the request and shows it ${state ?? 'in no state'}` };
  });
};

const outcomeOf = (id: InstanceId, error: unknown): TerminateOutcome => {
  const reason = ec2Words(error);
  switch (ec2Meaning(error)) {
    case 'unknown-instance':
      return { id, kind: 'not-found' };
    case 'throttled':
    case 'unanswered':
      return { id, kind: 'later', reason };
    default:
      if (error instanceof EC2ServiceException) return { id, kind: 'blocked', reason };
      throw error;
  }
};
