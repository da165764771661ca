import type { EmittedEvent } from '../events/event.js';
import type { Alarm } from './local-cloudwatch.js';

const iso = (alarm: Alarm): string => new Date(alarm.since).toISOString().replace('Z', '+0000');

/** What an alarm says when its state changes: an event, and a message to the actions of the new state. */
export function stateChange(
  arn: string,
  before: Alarm,
  after: Alarm,
): { readonly event: EmittedEvent; readonly message: string; readonly actions: readonly string[] } {
  const { definition } = after;
  const state = (alarm: Alarm) => ({ value: alarm.state, reason: alarm.reason, timestamp: iso(alarm) });
  const actions = {
    ALARM: definition.AlarmActions,
    OK: definition.OKActions,
    INSUFFICIENT_DATA: definition.InsufficientDataActions,
  }[after.state];
  return {
    event: {
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [arn],
      detail: {
        alarmName: definition.AlarmName,
        state: state(after),
        previousState: state(before),
        configuration: {
          ...(definition.AlarmDescription !== undefined && { description: definition.AlarmDescription }),
          metrics: metricsOf(after),
        },
      },
    },
    message: JSON.stringify({
      AlarmName: definition.AlarmName,
      AlarmDescription: definition.AlarmDescription,
      NewStateValue: after.state,
      NewStateReason: after.reason,
      StateChangeTime: iso(after),
      OldStateValue: before.state,
      AlarmArn: arn,
    }),
    actions: definition.ActionsEnabled === false ? [] : (actions ?? []),
  };
}

function metricsOf({ definition }: Alarm): readonly object[] {
  if (definition.Metrics)
    return definition.Metrics.map(({ Id, Expression, ReturnData }) => ({
      id: Id,
      expression: Expression,
      returnData: ReturnData,
    }));
  return [
    {
      id: 'm1',
      metricStat: {
        metric: {
          namespace: definition.Namespace,
          name: definition.MetricName,
          dimensions: Object.fromEntries(
            (definition.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]),
          ),
        },
        period: definition.Period,
        stat: definition.ExtendedStatistic ?? definition.Statistic,
      },
      returnData: true,
    },
  ];
}
