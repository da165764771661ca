import { createHash } from 'node:crypto';
import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { groupAlarmPrefix, METRIC_NAMESPACE } from '../core/deployment.js';
import type { GroupId } from '../core/ids.js';
import type { GroupAlarms } from '../ports/outbox.js';

/** A CloudWatch alarm's longest name. */
const LONGEST_NAME = 255;
/** So many minutes in a row not as declared; a converge that goes well takes fewer. */
const DEFAULT_MINUTES = 10;

/**
 * The alarm of a group, always the same name for the same group. IAM lets us make alarms that begin like this and no
 * others. One that would be too long ends in a hash.
 */
export function groupAlarmName(stack: string, group: GroupId): string {
  const name = `${groupAlarmPrefix(stack)}${group}`;
  if (name.length <= LONGEST_NAME) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, LONGEST_NAME - hash.length - 1)}-${hash}`;
}

/** One alarm on the group's own `Divergence`, which is only published while it is not 0: no data means no divergence. */
export function cloudWatchGroupAlarms(options: {
  readonly client: CloudWatchClient;
  readonly stack: string;
  readonly topicArn: string;
  readonly minutes?: number;
}): GroupAlarms {
  const { client, stack, topicArn, minutes = DEFAULT_MINUTES } = options;
  return {
    put: async (group) => {
      await client.send(
        new PutMetricAlarmCommand({
          AlarmName: groupAlarmName(stack, group),
          AlarmDescription: `Holdfast ${stack}: group ${group} has not been as declared for ${minutes} minutes; see holdfast group describe ${group}`,
          Namespace: METRIC_NAMESPACE,
          MetricName: 'Divergence',
          Dimensions: [
            { Name: 'Stack', Value: stack },
            { Name: 'Group', Value: group },
          ],
          Statistic: 'Maximum',
          Period: 60,
          EvaluationPeriods: minutes,
          DatapointsToAlarm: minutes,
          Threshold: 0,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'notBreaching',
          AlarmActions: [topicArn],
          OKActions: [topicArn],
        }),
      );
    },
    remove: async (group) => {
      // Of names that do not exist, CloudWatch takes no notice; with one name there is nothing else to fail.
      try {
        await client.send(new DeleteAlarmsCommand({ AlarmNames: [groupAlarmName(stack, group)] }));
      } catch (error) {
        if (!(error instanceof Error) || !/^ResourceNotFound/.test(error.name)) throw error;
      }
    },
  };
}
