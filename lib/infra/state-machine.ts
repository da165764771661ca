import { readFileSync } from 'node:fs';
import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { StateMachineName } from '../core/deployment.js';
import { acknowledge, acknowledgeWildcards, type Wildcard } from './acknowledge.js';
import { definitionOf } from './bundles.js';
import type { Foundation } from './foundation.js';

export interface HoldfastStateMachineProps {
  readonly name: StateMachineName;
  readonly foundation: Pick<Foundation, 'stackTag' | 'logRetention'>;
  /** All that it may do, beside writing its own log. */
  readonly statements: readonly PolicyStatement[];
  /** Reasons for the wildcards among the statements. */
  readonly wildcards?: readonly Wildcard[];
  /** What `${…}` in its file stands for. */
  readonly substitutions: Readonly<Record<string, string>>;
}

/** A standard state machine from its file, with a log and a role of its own. */
export class HoldfastStateMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: HoldfastStateMachineProps) {
    super(scope, id);
    const { foundation, name } = props;
    const logs = new LogGroup(this, 'Log', {
      retention: foundation.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      // Step Functions acts for this account's machines and no other's.
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      description: `Holdfast ${foundation.stackTag}: the state machine ${name}`,
      inlinePolicies: {
        Own: new PolicyDocument({ minimize: false, statements: [deliverLogs(), ...props.statements] }),
      },
    });
    acknowledgeWildcards(role, [LOG_WILDCARD, ...(props.wildcards ?? [])]);
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(readFileSync(definitionOf(name), 'utf8')),
      definitionSubstitutions: { ...props.substitutions },
      // CDK would add statements of its own.
      role: role.withoutPolicyUpdates(),
      logs: { destination: logs, level: LogLevel.ERROR, includeExecutionData: false },
      tracingEnabled: false,
    });
    acknowledge(this.machine, {
      'AwsSolutions-SF1':
        'its history is in Step Functions for 90 days, and what was decided in the events of the group',
      'AwsSolutions-SF2':
        'it paces and calls two functions; traces cost per step and tell nothing that the history does not',
    });
  }
}

/** Vended logs are set up by the role of whom they are for, and know no resources. */
const deliverLogs = () =>
  new PolicyStatement({
    sid: 'Log',
    actions: [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
    ],
    resources: ['*'],
  });

/** Step Functions Developer Guide, "IAM policies for logging to CloudWatch Logs". */
const LOG_WILDCARD: Wildcard = { resources: ['*'], reason: 'the delivery of vended logs knows no resources' };
