import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { SUMMARY_PROJECTION } from '../../lib/aws/dynamo-items.js';
import { FUNCTIONS, STATE_MACHINES } from '../../lib/core/deployment.js';
import { ControlPlane } from '../../lib/infra/control-plane.js';
import type { ControlPlaneProps } from '../../lib/infra/control-plane-props.js';
import { fakeBundles, synthesized } from '../support/synthesized.js';

const templateWith = (props: (stack: Stack) => ControlPlaneProps): Template => {
  const stack = new Stack(new App(), 'Shop');
  new ControlPlane(stack, 'Plane', { bundles: fakeBundles(), ...props(stack) });
  return Template.fromStack(stack);
};

let template: Template;
beforeAll(() => {
  template = Template.fromJSON(JSON.parse(JSON.stringify(synthesized().template)));
});

const resources = (type: string) => template.findResources(type);

describe('the table', () => {
  it('is paid per request, can be restored to any second, and is neither deleted with the stack nor by hand', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
  });

  it('has the two sparse indexes, and the list carries all that a summary needs', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'groups',
          KeySchema: [
            { AttributeName: 'listShard', KeyType: 'HASH' },
            { AttributeName: 'listId', KeyType: 'RANGE' },
          ],
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: Match.arrayWith([]),
          },
        },
        { IndexName: 'instances', KeySchema: [{ AttributeName: 'instanceId', KeyType: 'HASH' }] },
      ],
    });
    const [table] = Object.values(resources('AWS::DynamoDB::Table'));
    const [list] = table?.Properties.GlobalSecondaryIndexes ?? [];
    expect(list.Projection.NonKeyAttributes).toEqual(
      expect.arrayContaining(Object.values(SUMMARY_PROJECTION.names)),
    );
    // DynamoDB's limit on what an index may include.
    expect(list.Projection.NonKeyAttributes.length).toBeLessThanOrEqual(20);
  });
});

describe('the config bucket', () => {
  it('is versioned, private, kept, and tells EventBridge without a custom resource', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: Match.anyValue(),
      },
    });
    const custom = Object.values(synthesized().template.Resources).filter((it) =>
      /^Custom::S3|CustomResource/.test(it.Type),
    );
    expect(custom).toEqual([]);
  });

  it('is refused to anybody without TLS', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });
});

describe('the functions', () => {
  const SHAPES = [
    ['JSON-RPC: every command of a user', 60, 512],
    ['commits or proposes uploaded config', 60, 512],
    ['turns EC2 events into wakes', 30, 256],
    ['each minute: wakes groups that need a pass', 50, 512],
    ['one pass over one group', 60, 512],
    ["asks flavors for the health of a rollout's new instances", 30, 512],
    ['starts executions of the rolling-update machine', 30, 256],
  ] as const;

  it.each(SHAPES)('are as the deployment says: %s', (description, timeout, memory) => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: `Holdfast Holdfast: ${description}`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: timeout,
      MemorySize: memory,
      Handler: 'index.handler',
      ReservedConcurrentExecutions: Match.absent(),
    });
    // And the one that removes alarms.
    template.resourceCountIs('AWS::Lambda::Function', SHAPES.length + 1);
  });

  it('have a log of their own that ends, and a role of their own without policies of AWS', () => {
    template.resourceCountIs('AWS::Logs::LogGroup', SHAPES.length + 1 + STATE_MACHINES.length);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    const roles = Object.values(resources('AWS::Lambda::Function')).map((it) =>
      JSON.stringify(it.Properties.Role),
    );
    expect(new Set(roles).size).toBe(SHAPES.length + 1);
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  it('are kept from endless loops by Lambda, but for reconcile, which wakes itself', () => {
    const loops = Object.entries(resources('AWS::Lambda::Function')).flatMap(([id, it]) =>
      it.Properties.RecursiveLoop === undefined ? [] : [[id, it.Properties.RecursiveLoop]],
    );
    expect(loops).toEqual([[synthesized().functions.reconcile, 'Allow']]);
  });

  it('know the names that they read at start', () => {
    for (const name of FUNCTIONS) {
      expect(synthesized().environmentOf(name), name).toMatchObject({
        HOLDFAST_STACK_TAG: 'Holdfast',
        HOLDFAST_TABLE: expect.stringMatching(/Table/),
        HOLDFAST_CONFIG_BUCKET: expect.stringMatching(/bucket/),
        HOLDFAST_WAKE_QUEUE_URL: expect.stringMatching(/^https:.*Wakes/),
        HOLDFAST_INSTANCE_PROFILE_ARN: expect.stringMatching(/^arn:aws:iam::.*instance-profile/),
        HOLDFAST_TOPIC_ARN: expect.stringMatching(/^arn:aws:sns/),
        HOLDFAST_PROBE_INTERVAL_SECONDS: '60',
      });
    }
  });

  it('know nobody whom they need not know', () => {
    const whoKnows = (key: string) => FUNCTIONS.filter((name) => synthesized().environmentOf(name)[key]);
    expect(whoKnows('HOLDFAST_RECONCILE_FUNCTION')).toEqual([
      'group-api',
      'config-uploaded',
      'instance-changed',
      'sweep',
    ]);
    expect(whoKnows('HOLDFAST_ROLLING_UPDATE_ARN')).toEqual(['start-rollout']);
  });

  it('offer the API under three aliases, and each grant opens only its own', () => {
    const stack = new Stack(new App(), 'Shop');
    const plane = new ControlPlane(stack, 'Plane', { bundles: fakeBundles() });
    const person = (id: string) =>
      new Role(stack, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    plane.grantRead(person('Reader'));
    plane.grantCommit(person('Committer'));
    plane.grantDestroy(person('Destroyer'));
    const granted = Template.fromStack(stack);
    for (const Name of ['read', 'commit', 'destroy']) {
      granted.hasResourceProperties('AWS::Lambda::Alias', { Name });
    }
    const aliases = granted.findResources('AWS::Lambda::Alias');
    const opened = (who: string) =>
      Object.values(granted.findResources('AWS::IAM::Policy'))
        .filter((it) => it.Properties.Roles[0].Ref.startsWith(who))
        .flatMap((it) => it.Properties.PolicyDocument.Statement)
        .flatMap((it) => [it.Resource].flat())
        .map(({ Ref }) => aliases[Ref]?.Properties.Name);
    expect(opened('Reader')).toEqual(['read']);
    expect(opened('Committer')).toEqual(['read', 'commit']);
    expect(opened('Destroyer')).toEqual(['read', 'commit', 'destroy']);
  });
});

describe('queues', () => {
  it('feed reconcile one wake at a time, fifty side by side', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 50 },
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Wakes'), 'Arn'] },
      FunctionName: { Ref: synthesized().functions.reconcile },
    });
  });

  it('give a wake up after three tries', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 75,
      RedrivePolicy: {
        maxReceiveCount: 3,
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetters'), 'Arn'] },
      },
    });
  });

  it('are encrypted, and refused without TLS', () => {
    const count = Object.keys(resources('AWS::SQS::Queue')).length;
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    template.resourceCountIs('AWS::SQS::QueuePolicy', count);
  });
});

describe('names', () => {
  it('are given by CloudFormation alone', () => {
    const NAMES =
      /^(TableName|BucketName|FunctionName|QueueName|TopicName|RoleName|AlarmName|LogGroupName|StateMachineName|DashboardName|InstanceProfileName|PolicyName|ManagedPolicyName|RuleName)$/;
    const named = Object.entries(synthesized().template.Resources)
      .filter(
        ([, it]) =>
          !/^AWS::Lambda::(EventSourceMapping|EventInvokeConfig|Permission|Alias|Version)$/.test(it.Type),
      )
      .flatMap(([id, { Type, Properties }]) =>
        [
          ...Object.keys(Properties ?? {}).filter((it) => NAMES.test(it)),
          ...(Type === 'AWS::Events::Rule' && Properties?.Name ? ['Name'] : []),
        ].map((it) => `${id}.${it}`),
      );
    expect(named).toEqual([]);
  });

  it('of outputs are those that the CLI reads', () => {
    expect(Object.keys(synthesized().template.Outputs ?? {}).sort()).toEqual([
      'ConfigBucket',
      'GroupApiCommitAlias',
      'GroupApiDestroyAlias',
      'GroupApiFunction',
      'GroupApiReadAlias',
      'StackTag',
    ]);
  });

  it('of control planes are checked', () => {
    expect(() => templateWith(() => ({ name: 'a*' }))).toThrow('"a*" cannot name a control plane');
    expect(() => templateWith(() => ({ name: '' }))).toThrow('cannot name');
  });
});

describe('the node role', () => {
  it('lets nodes be reached and nothing else, and outlives the stack', () => {
    template.hasResource('AWS::IAM::Role', {
      DeletionPolicy: 'Retain',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [Match.objectLike({ Principal: { Service: 'ec2.amazonaws.com' } })],
        },
        Policies: [{ PolicyDocument: { Statement: [Match.objectLike({ Sid: 'Agent' })] } }],
      },
    });
    const agent = Object.values(synthesized().template.Resources).find((it) =>
      JSON.stringify(it).includes('"Agent"'),
    );
    const actions: string[] =
      JSON.stringify(agent).match(/"(?:ssm|ssmmessages|ec2messages|[a-z0-9]+):[A-Z]\w+"/g) ?? [];
    expect(
      actions.filter(
        (it) =>
          !/^"(ssm:UpdateInstanceInformation|ssmmessages:\w+Channel|ec2messages:\w+|sts:AssumeRole)"$/.test(
            it,
          ),
      ),
    ).toEqual([]);
    template.hasResource('AWS::IAM::InstanceProfile', { DeletionPolicy: 'Retain' });
  });
});
