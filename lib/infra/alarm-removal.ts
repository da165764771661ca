import { Aws, CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { groupAlarmPrefix } from '../core/deployment.js';
import { acknowledgeWildcards } from './acknowledge.js';
import { bundleOf } from './bundles.js';
import type { Foundation } from './foundation.js';
import { FUNCTION_DEFAULTS } from './holdfast-function.js';
import { groupAlarms } from './statements.js';

/** Fifty pages of alarms and as many deletions, throttled. */
const TIMEOUT = Duration.minutes(5);

/**
 * Takes the groups' own alarms away with the control plane: reconcile makes them, so no template knows them. Whatever
 * makes alarms must depend on it, so that it is deleted last. Not in the VPC: without a way out of that the stack could
 * be neither made nor deleted.
 */
export class AlarmRemoval extends Construct {
  constructor(
    scope: Construct,
    id: string,
    foundation: Pick<Foundation, 'stackTag' | 'logRetention' | 'bundles'>,
  ) {
    super(scope, id);
    const { stackTag, logRetention, bundles } = foundation;
    const description = `Holdfast ${stackTag}: removes the alarms of groups when the control plane goes`;
    const logGroup = new LogGroup(this, 'Log', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description,
      inlinePolicies: {
        Own: new PolicyDocument({
          minimize: false,
          statements: [
            new PolicyStatement({
              sid: 'Log',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
            // To tell the end of the stack from the roll-back of an update.
            new PolicyStatement({
              sid: 'OwnStack',
              actions: ['cloudformation:DescribeStacks'],
              resources: [Aws.STACK_ID],
            }),
            new PolicyStatement({
              sid: 'FindAlarms',
              actions: ['cloudwatch:DescribeAlarms'],
              resources: ['*'],
            }),
            new PolicyStatement({
              sid: 'GroupAlarms',
              actions: ['cloudwatch:DeleteAlarms'],
              resources: [groupAlarms(stackTag)],
            }),
          ],
        }),
      },
    });
    acknowledgeWildcards(role, [
      { resources: ['*'], reason: 'a search for alarms by prefix is authorised on all of them' },
      { resources: [groupAlarms(stackTag)], reason: 'one alarm for each group that asks for it' },
    ]);
    const handler = new LambdaFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      description,
      code: Code.fromAsset(bundleOf('remove-alarms', bundles)),
      role,
      logGroup,
      timeout: TIMEOUT,
      memorySize: 256,
    });
    new CustomResource(this, 'Alarms', {
      resourceType: 'Custom::HoldfastGroupAlarms',
      serviceToken: handler.functionArn,
      serviceTimeout: TIMEOUT.plus(Duration.minutes(1)),
      properties: { Prefix: groupAlarmPrefix(stackTag) },
    });
  }
}
