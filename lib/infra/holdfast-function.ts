import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  type RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENVIRONMENT, FUNCTION_SHAPES, type FunctionName } from '../core/deployment.js';
import { acknowledgeWildcards, type Wildcard } from './acknowledge.js';
import { bundleOf } from './bundles.js';
import type { Foundation } from './foundation.js';

export interface HoldfastFunctionProps {
  readonly name: FunctionName;
  readonly foundation: Foundation;
  /** All that it may do, beside writing its own log. */
  readonly statements: readonly PolicyStatement[];
  /** Reasons for the wildcards among the statements. */
  readonly wildcards?: readonly Wildcard[];
  readonly environment?: Readonly<Record<string, string>>;
  /** @default Lambda ends chains of calls that look endless */
  readonly recursiveLoop?: RecursiveLoop;
}

/** What all our functions are alike in. */
export const FUNCTION_DEFAULTS = {
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  handler: 'index.handler',
} as const;

/** A function with a log and a role of its own; the role holds what `statements` say and nothing that AWS manages. */
export class HoldfastFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: HoldfastFunctionProps) {
    super(scope, id);
    const { foundation, name } = props;
    const shape = FUNCTION_SHAPES[name];
    const logGroup = new LogGroup(this, 'Log', {
      retention: foundation.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Holdfast ${foundation.stackTag}: ${shape.description}`,
      inlinePolicies: {
        Own: new PolicyDocument({
          // As written: each statement stays recognisable beside its reason.
          minimize: false,
          statements: [
            new PolicyStatement({
              sid: 'Log',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
            ...props.statements,
            ...(foundation.vpc ? [inVpc()] : []),
            ...(foundation.encryptionKey ? [withKey(foundation.encryptionKey.keyArn)] : []),
          ],
        }),
      },
    });
    acknowledgeWildcards(this.role, [...(props.wildcards ?? []), ...(foundation.vpc ? [VPC_WILDCARD] : [])]);
    this.function = new LambdaFunction(this, 'Function', {
      description: `Holdfast ${foundation.stackTag}: ${shape.description}`,
      ...FUNCTION_DEFAULTS,
      code: Code.fromAsset(bundleOf(name, foundation.bundles)),
      role: this.role,
      logGroup,
      timeout: Duration.seconds(shape.timeoutSeconds),
      memorySize: shape.memoryMegabytes,
      ...(foundation.vpc ? { vpc: foundation.vpc } : {}),
      ...(foundation.vpcSubnets ? { vpcSubnets: foundation.vpcSubnets } : {}),
      environment: { ...commonEnvironment(foundation), ...props.environment },
      ...(props.recursiveLoop ? { recursiveLoop: props.recursiveLoop } : {}),
    });
  }
}

/** Every function reads the same names; a name alone permits nothing. */
const commonEnvironment = (foundation: Foundation): Record<string, string> => ({
  [ENVIRONMENT.stack]: foundation.stackTag,
  [ENVIRONMENT.table]: foundation.table.table.tableName,
  [ENVIRONMENT.bucket]: foundation.config.bucket.bucketName,
  [ENVIRONMENT.wakeQueue]: foundation.wakes.queueUrl,
  [ENVIRONMENT.instanceProfile]: foundation.nodeRole.instanceProfileArn,
  [ENVIRONMENT.topic]: foundation.topic.topicArn,
  [ENVIRONMENT.probeInterval]: String(foundation.probeIntervalSeconds),
});

const VPC_WILDCARD: Wildcard = {
  resources: ['*'],
  reason: 'Lambda itself makes the network interfaces of a function in a VPC; code of ours is kept from it',
};

/** Network interfaces in the VPC, for Lambda but not for the code: only calls of the code carry the function's ARN. */
const inVpc = () =>
  new PolicyStatement({
    sid: 'Vpc',
    effect: Effect.ALLOW,
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
    conditions: { Null: { 'lambda:SourceFunctionArn': 'true' } },
  });

/** The customer key, and only by way of the services that hold our data. */
const withKey = (keyArn: string) =>
  new PolicyStatement({
    sid: 'Key',
    actions: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    resources: [keyArn],
    conditions: {
      StringEquals: {
        'kms:ViaService': ['dynamodb', 's3'].map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`),
      },
    },
  });
