import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnInstanceProfile,
  type IManagedPolicy,
  PermissionsBoundary,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.js';

export interface NodeRoleProps {
  /** Names of the SSM parameters that nodes read, such as `/shop/swarm/token`. @default none */
  readonly readsParameters?: readonly string[];
  /** Names of the SSM parameters that nodes write. @default none */
  readonly writesParameters?: readonly string[];
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
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      description: 'Nodes of Holdfast: the Systems Manager agent, and parameters only where they are named',
      inlinePolicies: {
        Agent: new PolicyDocument({
          minimize: false,
          statements: [
            new PolicyStatement({ sid: 'Agent', actions: AGENT_ACTIONS, resources: ['*'] }),
            ...parameterStatement('Read', ['ssm:GetParameter', 'ssm:GetParameters'], props.readsParameters),
            ...parameterStatement('Write', ['ssm:PutParameter'], props.writesParameters),
          ],
        }),
      },
    });
    this.role.applyRemovalPolicy(removalPolicy);
    if (props.permissionsBoundary) PermissionsBoundary.of(this).apply(props.permissionsBoundary);
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]': "the agent's own actions know no resources",
    });
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

/** Of a parameter of this account and region, by its name with or without the leading slash. */
export const parameterArn = (name: string): string =>
  `arn:${Aws.PARTITION}:ssm:${Aws.REGION}:${Aws.ACCOUNT_ID}:parameter/${name.replace(/^\//, '')}`;
