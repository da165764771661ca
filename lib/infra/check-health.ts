import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.js';
import { HoldfastFunction } from './holdfast-function.js';
import { commandNodes, commandWildcards } from './node-statements.js';
import {
  changeTargets,
  readTargetHealth,
  TARGET_HEALTH_WILDCARD,
  TARGETS_WILDCARD,
} from './rollout-statements.js';
import { DESCRIBE_WILDCARD, describeEc2, onTable, publishEvents } from './statements.js';

/**
 * Asks for the health of new instances, registers them with target groups and records it; it decides nothing, and
 * neither launches nor ends anything.
 */
export class CheckHealth extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { foundation }: { readonly foundation: Foundation }) {
    super(scope, id);
    this.function = new HoldfastFunction(this, 'Handler', {
      name: 'check-health',
      foundation,
      environment: foundation.documents.of('look').environment,
      statements: [
        onTable(foundation, 'BatchWriteItem', 'GetItem', 'Query', 'UpdateItem'),
        describeEc2('DescribeInstanceStatus'),
        ...commandNodes(foundation, 'look', 'GetCommandInvocation'),
        readTargetHealth(),
        changeTargets('RegisterTargets'),
        publishEvents(),
      ],
      wildcards: [
        DESCRIBE_WILDCARD,
        ...commandWildcards(foundation.stackTag),
        TARGET_HEALTH_WILDCARD,
        TARGETS_WILDCARD,
      ],
    }).function;
  }
}
