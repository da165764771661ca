import { Dashboard, GraphWidget, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { fleetMetric } from './alarms.js';

export interface FleetDashboardProps {
  readonly stackTag: string;
  readonly functions: readonly LambdaFunction[];
  readonly wakes: IQueue;
}

const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });

/** Opt-in: what an operator looks at first. */
export class FleetDashboard extends Construct {
  constructor(scope: Construct, id: string, props: FleetDashboardProps) {
    super(scope, id);
    const { stackTag, functions, wakes } = props;
    new Dashboard(this, 'Dashboard', {
      widgets: [
        [
          graph('Groups not as declared', [fleetMetric(stackTag, 'GroupsDivergent', Stats.MAXIMUM)]),
          graph('Oldest divergence, seconds', [
            fleetMetric(stackTag, 'OldestDivergenceSeconds', Stats.MAXIMUM),
          ]),
        ],
        [
          graph('Breakers open', [fleetMetric(stackTag, 'BreakersOpen', Stats.MAXIMUM)]),
          graph('Oldest wake, seconds', [wakes.metricApproximateAgeOfOldestMessage()]),
        ],
        [
          graph(
            'Errors',
            functions.map((it) => it.metricErrors()),
          ),
          graph(
            'Duration, milliseconds',
            functions.map((it) => it.metricDuration()),
          ),
        ],
      ],
    });
  }
}
