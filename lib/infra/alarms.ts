import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EVENT_SOURCE, type FunctionName, METRIC_NAMESPACE } from '../core/deployment.js';
import { DeadLetters } from './dead-letters.js';

export interface AlarmsProps {
  readonly stackTag: string;
  readonly topic: ITopic;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  /** By what they are called in alarms, such as `sweep`. */
  readonly deadLetters: Readonly<Record<string, IQueue>>;
  readonly divergenceMinutes: number;
}

const MINUTE = Duration.minutes(1);
const pascal = (name: string) => name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** One of our fleet's metrics, of this control plane. */
export const fleetMetric = (stackTag: string, metricName: string, statistic: string): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { Stack: stackTag },
    statistic,
    period: MINUTE,
  });

/** Everything that an operator must hear of, on one topic; each alarm says when it is over, too. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#topic = props.topic;
    const undelivered = new DeadLetters(this, 'DeadLetters').queue;
    this.alarms = [
      ...this.#fleet(props),
      ...Object.entries(props.functions).map(([name, it]) => this.#errors(name, it)),
      ...Object.entries({ ...props.deadLetters, 'group-diverged': undelivered }).map(([name, it]) =>
        this.#dead(name, it),
      ),
    ];
    this.#nameDivergentGroups(props.stackTag, undelivered);
  }

  #alarm(id: string, description: string, metric: IMetric, props: Partial<AlarmProps> = {}): Alarm {
    const alarm = new Alarm(this, id, {
      alarmDescription: description,
      metric,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    });
    const action = new SnsAction(this.#topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  }

  #fleet({ stackTag, divergenceMinutes, functions }: AlarmsProps): Alarm[] {
    return [
      this.#alarm(
        'GroupsDivergent',
        `Holdfast ${stackTag}: a group has not been as declared for over ${divergenceMinutes} minutes; holdfast group ls names it`,
        fleetMetric(stackTag, 'OldestDivergenceSeconds', Stats.MAXIMUM),
        {
          threshold: divergenceMinutes * 60,
          comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        },
      ),
      this.#alarm(
        'UploadsRefused',
        `Holdfast ${stackTag}: an uploaded config was refused and changed nothing; results/ in the bucket says why`,
        fleetMetric(stackTag, 'UploadsRefused', Stats.SUM),
      ),
      this.#alarm(
        'BreakersOpen',
        `Holdfast ${stackTag}: too much of a group failed at once and its repair has stopped; see holdfast group repair`,
        fleetMetric(stackTag, 'BreakersOpen', Stats.MAXIMUM),
      ),
      this.#alarm(
        'RolloutsStuck',
        `Holdfast ${stackTag}: a rollout failed, is paused or makes no progress; see holdfast group describe and group resume`,
        fleetMetric(stackTag, 'RolloutsStuck', Stats.MAXIMUM),
      ),
      this.#alarm(
        'QuorumsLost',
        `Holdfast ${stackTag}: too few members of a cluster are left to decide anything; see holdfast group describe and flavor recover`,
        fleetMetric(stackTag, 'QuorumsLost', Stats.MAXIMUM),
      ),
      this.#alarm(
        'SweepMissing',
        `Holdfast ${stackTag}: the sweep has not run for five minutes; nothing is looked at`,
        functions.sweep.metricInvocations({ period: MINUTE, statistic: Stats.SUM }),
        {
          comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
          evaluationPeriods: 5,
          treatMissingData: TreatMissingData.BREACHING,
        },
      ),
    ];
  }

  /** One error is tried again; three in five minutes are no accident. */
  #errors(name: string, it: LambdaFunction): Alarm {
    return this.#alarm(
      `${pascal(name)}Errors`,
      `Holdfast: ${name} fails`,
      it.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
      { threshold: 3 },
    );
  }

  #dead(name: string, queue: IQueue): Alarm {
    return this.#alarm(
      `${pascal(name)}DeadLetters`,
      `Holdfast: messages for ${name} were given up; read them and redrive or purge the queue`,
      queue.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: Stats.MAXIMUM }),
    );
  }

  /** The fleet's alarm tells that a group diverged; our own event tells which. */
  #nameDivergentGroups(stackTag: string, undelivered: IQueue): void {
    new Rule(this, 'GroupDiverged', {
      eventPattern: { source: [EVENT_SOURCE], detailType: ['group.diverged'], detail: { stack: [stackTag] } },
      targets: [
        new SnsTopic(this.#topic, {
          deadLetterQueue: undelivered,
          maxEventAge: Duration.hours(1),
          retryAttempts: 20,
          message: RuleTargetInput.fromText(
            `Holdfast ${stackTag}: group ${EventField.fromPath('$.detail.group')} is not as declared: ${EventField.fromPath('$.detail.reason')}`,
          ),
        }),
      ],
    });
  }
}
