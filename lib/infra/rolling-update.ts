import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { FunctionName } from '../core/deployment.js';
import type { Wildcard } from './acknowledge.js';
import type { Foundation } from './foundation.js';
import { HoldfastStateMachine } from './state-machine.js';

export interface RollingUpdateProps {
  readonly foundation: Foundation;
  /** What the machines call. */
  readonly functions: Readonly<Record<Extract<FunctionName, 'reconcile' | 'check-health'>, IFunction>>;
}

/** The clock of rolling updates: a machine that paces one rollout, and one that it starts to check health. */
export class RollingUpdate extends Construct {
  readonly rollingUpdate: StateMachine;
  readonly healthCheck: StateMachine;

  constructor(scope: Construct, id: string, { foundation, functions }: RollingUpdateProps) {
    super(scope, id);
    this.healthCheck = new HoldfastStateMachine(this, 'HealthCheck', {
      name: 'health-check',
      foundation,
      statements: [call(functions['check-health'])],
      substitutions: { CheckHealthArn: functions['check-health'].functionArn },
    }).machine;
    this.rollingUpdate = new HoldfastStateMachine(this, 'Update', {
      name: 'rolling-update',
      foundation,
      statements: [call(functions.reconcile), ...runNested(this.healthCheck)],
      wildcards: [nestedWildcard(this.healthCheck)],
      substitutions: {
        ReconcileArn: functions.reconcile.functionArn,
        HealthCheckArn: this.healthCheck.stateMachineArn,
      },
    }).machine;
  }
}

const call = (it: IFunction) =>
  new PolicyStatement({ sid: 'Call', actions: ['lambda:InvokeFunction'], resources: [it.functionArn] });

/** Executions of a machine have ARNs of their own, which end in their names. */
const executionsOf = (machine: StateMachine): string =>
  `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:${machine.stateMachineName}:*`;

/**
 * To start executions of another machine and wait for their end, of which Step Functions hears by a rule of its own in
 * the account (Developer Guide, "IAM policies for calling Step Functions workflows").
 */
const runNested = (machine: StateMachine): readonly PolicyStatement[] => [
  new PolicyStatement({
    sid: 'Start',
    actions: ['states:StartExecution'],
    resources: [machine.stateMachineArn],
  }),
  new PolicyStatement({
    sid: 'Follow',
    actions: ['states:DescribeExecution', 'states:StopExecution'],
    resources: [executionsOf(machine)],
  }),
  new PolicyStatement({
    sid: 'HearOfTheEnd',
    actions: ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
    resources: [
      `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
    ],
  }),
];

const nestedWildcard = (machine: StateMachine): Wildcard => ({
  resources: [executionsOf(machine)],
  reason: 'each check of health is an execution with a name of its own',
});
