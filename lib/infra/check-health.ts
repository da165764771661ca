import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.js';
import { HoldfastFunction } from './holdfast-function.js';
import { COMMAND_WILDCARD, commandStatements } from './instance-statements.js';
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

  constructor(
    scope: Construct,
    id: string,
    props: { readonly foundation: Foundation; readonly commandDocuments: readonly string[] },
  ) {
    super(scope, id);
    const { foundation, commandDocuments } = props;
    this.function = new HoldfastFunction(this, 'Handler', {
      name: 'check-health',
      foundation,
      statements: [
        onTable(foundation, 'BatchWriteItem', 'GetItem', 'Query', 'UpdateItem'),
        describeEc2('DescribeInstanceStatus'),
        ...commandStatements(foundation.stackTag, commandDocuments),
        readTargetHealth(),
        changeTargets('RegisterTargets'),
        publishEvents(),
      ],
      wildcards: [DESCRIBE_WILDCARD, COMMAND_WILDCARD, TARGET_HEALTH_WILDCARD, TARGETS_WILDCARD],
    }).function;
  }
}
