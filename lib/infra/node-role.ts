import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import {
  CfnInstanceProfile,
  type IManagedPolicy,
  PermissionsBoundary,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcards } from './acknowledge.js';
import { clusterStatements, type NodeCluster } from './cluster-statements.js';

export interface NodeRoleProps {
  /** The cluster that nodes form or join, and what they may know of it. @default none */
  readonly cluster?: NodeCluster;
  /** Names of the SSM parameters that nodes read, such as `/shop/swarm/token`. @default none */
  readonly readsParameters?: readonly string[];
  /** Names of the SSM parameters that nodes write. @default none */
  readonly writesParameters?: readonly string[];
  /** Customer key of the parameters that are read. Nodes encrypt what they write with the account's own key. @default that key */
  readonly parameterKey?: IKey;
  /** Repositories of images that nodes pull. @default none */
  readonly pullsImages?: readonly IRepository[];
  readonly permissionsBoundary?: IManagedPolicy;
  /** Running instances need it longer than the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * What an instance may do: be reached by Systems Manager, and use its own parameters. Not
 * AmazonSSMManagedInstanceCore, which reads every parameter of the account. One per cluster and kind of node.
 */
export class NodeRole extends Construct {
  readonly role: Role;
  readonly instanceProfileArn: string;

  constructor(scope: Construct, id: string, props: NodeRoleProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const clusters = props.cluster ? clusterStatements(props.cluster) : [];
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      description: 'Nodes of Holdfast: the Systems Manager agent, and parameters only where they are named',
      inlinePolicies: {
        Agent: new PolicyDocument({
          minimize: false,
          statements: [
            new PolicyStatement({ sid: 'Agent', actions: AGENT_ACTIONS, resources: ['*'] }),
            ...clusters,
            ...parameterStatement('Read', ['ssm:GetParameter', 'ssm:GetParameters'], props.readsParameters),
            ...parameterStatement('Write', ['ssm:PutParameter'], props.writesParameters),
            ...(props.parameterKey ? [decryptParameters(props.parameterKey)] : []),
            ...pullStatements(props.pullsImages),
          ],
        }),
      },
    });
    this.role.applyRemovalPolicy(removalPolicy);
    if (props.permissionsBoundary) PermissionsBoundary.of(this).apply(props.permissionsBoundary);
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]': "the agent's own actions know no resources",
    });
    acknowledgeWildcards(this.role, [
      {
        resources: clusters.flatMap((it) => it.resources).filter((it) => it.endsWith('*')),
        reason: 'names below the path of one cluster hold ids of nodes',
      },
    ]);
    const profile = new CfnInstanceProfile(this, 'Profile', { roles: [this.role.roleName] });
    profile.applyRemovalPolicy(removalPolicy);
    this.instanceProfileArn = profile.attrArn;
  }
}

/** All that the agent needs for Run Command and sessions. https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html */
const AGENT_ACTIONS = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
];

const parameterStatement = (sid: string, actions: string[], names: readonly string[] = []) =>
  names.length === 0 ? [] : [new PolicyStatement({ sid, actions, resources: names.map(parameterArn) })];

/** Only by way of Parameter Store. */
const decryptParameters = (key: IKey) =>
  new PolicyStatement({
    sid: 'ParameterKey',
    actions: ['kms:Decrypt'],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `ssm.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
  });

/** The registry's token opens nothing by itself. */
const pullStatements = (repositories: readonly IRepository[] = []) =>
  repositories.length === 0
    ? []
    : [
        new PolicyStatement({
          sid: 'RegistryToken',
          actions: ['ecr:GetAuthorizationToken'],
          resources: ['*'],
        }),
        new PolicyStatement({
          sid: 'PullImages',
          actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          resources: repositories.map((it) => it.repositoryArn),
        }),
      ];

/** Of a parameter of this account and region, by its name with or without the leading slash. */
export const parameterArn = (name: string): string =>
  `arn:${Aws.PARTITION}:ssm:${Aws.REGION}:${Aws.ACCOUNT_ID}:parameter/${name.replace(/^\//, '')}`;
