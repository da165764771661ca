import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Alias, type IFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENVIRONMENT, TABLE_KEYS } from '../core/deployment.js';
import { COMMIT_WILDCARDS, commitStatements } from './commit-statements.js';
import type { Foundation } from './foundation.js';
import { HoldfastFunction } from './holdfast-function.js';
import { commandNodes, commandWildcards } from './node-statements.js';
import { describeEc2As, onIndex } from './statements.js';

/** The function reads from the ARN that it was invoked by which of these it is, and refuses the methods of the others. */
export const API_ALIASES = ['read', 'commit', 'destroy'] as const;
export type ApiAlias = (typeof API_ALIASES)[number];

/** JSON-RPC behind IAM: no open port. Who may do what is who may invoke which alias. */
export class GroupApi extends Construct {
  readonly function: LambdaFunction;
  readonly aliases: Readonly<Record<ApiAlias, Alias>>;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly foundation: Foundation;
      readonly reconcile: IFunction;
      readonly imageParameters: readonly string[];
    },
  ) {
    super(scope, id);
    const { foundation, reconcile } = props;
    this.function = new HoldfastFunction(this, 'Handler', {
      name: 'group-api',
      foundation,
      environment: {
        ...foundation.documents.of('look').environment,
        [ENVIRONMENT.reconcile]: reconcile.functionName,
      },
      statements: [
        ...commitStatements(foundation, reconcile, props.imageParameters),
        onIndex(foundation, TABLE_KEYS.listIndex, TABLE_KEYS.instanceIndex),
        // `Flavor.Healthy` asks afresh.
        describeEc2As('AskFlavors', 'DescribeInstanceStatus'),
        ...commandNodes(foundation, 'look', 'GetCommandInvocation'),
      ],
      wildcards: [...COMMIT_WILDCARDS, ...commandWildcards(foundation.stackTag)],
    }).function;
    const alias = (name: ApiAlias) =>
      new Alias(this, name, { aliasName: name, version: this.function.currentVersion });
    this.aliases = { read: alias('read'), commit: alias('commit'), destroy: alias('destroy') };
  }

  /** Lets a principal call the methods of these aliases. */
  grant(grantee: IGrantable, ...aliases: readonly ApiAlias[]): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns: aliases.map((it) => this.aliases[it].functionArn),
    });
  }
}
