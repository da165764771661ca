import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';

export interface OrphanedAlarms {
  /**
   * Whether the stack gives up its control plane: it is being deleted, or cleans up after an update that took the
   * control plane out. A roll-back is neither; what it takes out was never in use.
   */
  isGivenUp(stackId: string, signal: AbortSignal): Promise<boolean>;
  /** Deletes every alarm whose name begins so; returns how many. One that vanishes meanwhile is no error. */
  removeAll(prefix: string, signal: AbortSignal): Promise<number>;
}

export interface OrphanedAlarmsClients {
  readonly cloudformation: CloudFormationClient;
  readonly cloudwatch: CloudWatchClient;
}

/** DeleteAlarms takes three calls a second in an account; others delete alarms, too. */
const ATTEMPTS = 8;
/** What DescribeAlarms gives at most on a page, and what DeleteAlarms takes at most. */
const PAGE = 100;

const GIVING_UP: readonly (string | undefined)[] = [
  'DELETE_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
];

export const orphanedAlarmsClients = (): OrphanedAlarmsClients => ({
  cloudformation: new CloudFormationClient({ maxAttempts: ATTEMPTS }),
  cloudwatch: new CloudWatchClient({ maxAttempts: ATTEMPTS }),
});

/** Alarms of groups, which no template lists, once their control plane goes. */
export const orphanedAlarms = ({ cloudformation, cloudwatch }: OrphanedAlarmsClients): OrphanedAlarms => ({
  isGivenUp: async (stackId, abortSignal) => {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: stackId }), {
      abortSignal,
    });
    return GIVING_UP.includes(Stacks[0]?.StackStatus);
  },
  removeAll: async (prefix, abortSignal) => {
    // An empty prefix would name every alarm of the account.
    if (!/^holdfast:.+:$/.test(prefix)) {
      throw new Error(
        `"${prefix}" is no prefix of a control plane's alarms: it must read "holdfast:<name>:"`,
      );
    }
    const names = await namesOf(cloudwatch, prefix, abortSignal);
    for (let from = 0; from < names.length; from += PAGE) {
      await removeBatch(cloudwatch, names.slice(from, from + PAGE), abortSignal);
    }
    return names.length;
  },
});

/** All names first: pages shift when what they list is deleted. */
async function namesOf(
  client: CloudWatchClient,
  prefix: string,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, MaxRecords: PAGE, NextToken }),
      { abortSignal },
    );
    names.push(...(page.MetricAlarms ?? []).flatMap((it) => it.AlarmName ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return names;
}

/** One unknown name fails a whole batch, of which nothing is deleted then; so the rest goes one by one. */
async function removeBatch(
  client: CloudWatchClient,
  names: readonly string[],
  abortSignal: AbortSignal,
): Promise<void> {
  try {
    await client.send(new DeleteAlarmsCommand({ AlarmNames: [...names] }), { abortSignal });
  } catch (error) {
    if (!(error instanceof Error) || !/^ResourceNotFound/.test(error.name)) throw error;
    if (names.length > 1) for (const name of names) await removeBatch(client, [name], abortSignal);
  }
}
