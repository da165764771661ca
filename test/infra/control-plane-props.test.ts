import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { beforeAll, describe, expect, it } from 'vitest';
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

describe('props', () => {
  it('put every role under a permissions boundary', () => {
    templateWith((stack) => ({
      permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(
        stack,
        'B',
        'arn:aws:iam::123456789012:policy/b',
      ),
    })).allResourcesProperties('AWS::IAM::Role', {
      PermissionsBoundary: 'arn:aws:iam::123456789012:policy/b',
    });
  });

  it('let further node roles be passed, and no others', () => {
    const found = templateWith((stack) => ({
      nodeRoles: [Role.fromRoleArn(stack, 'N', 'arn:aws:iam::123456789012:role/n')],
    }));
    found.hasResourceProperties('AWS::IAM::Role', {
      Policies: [
        {
          PolicyDocument: {
            Statement: Match.arrayWith([
              {
                Sid: 'PassNodeRoles',
                Effect: 'Allow',
                Action: 'iam:PassRole',
                Resource: [
                  { 'Fn::GetAtt': [Match.stringLikeRegexp('NodesRole'), 'Arn'] },
                  'arn:aws:iam::123456789012:role/n',
                ],
                Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
              },
            ]),
          },
        },
      ],
    });
  });

  it('let EC2 take grants on the keys of volumes, for EC2 only', () => {
    templateWith((stack) => ({
      volumeKeys: [Key.fromKeyArn(stack, 'K', 'arn:aws:kms:eu-west-1:123456789012:key/k')],
    })).hasResourceProperties('AWS::IAM::Role', {
      Policies: [
        {
          PolicyDocument: {
            Statement: Match.arrayWith([
              {
                Sid: 'VolumeKeyGrants',
                Effect: 'Allow',
                Action: 'kms:CreateGrant',
                Resource: 'arn:aws:kms:eu-west-1:123456789012:key/k',
                Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
              },
              Match.objectLike({
                Sid: 'VolumeKeys',
                Condition: { StringEquals: { 'kms:ViaService': Match.anyValue() } },
              }),
            ]),
          },
        },
      ],
    });
  });

  it('encrypt table, bucket and topic with a customer key that alarms may use', () => {
    const found = templateWith((stack) => ({ encryptionKey: new Key(stack, 'K') }));
    const key = { 'Fn::GetAtt': [Match.stringLikeRegexp('^K'), 'Arn'] };
    found.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, KMSMasterKeyId: key },
    });
    found.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          Match.objectLike({
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
          }),
        ],
      },
    });
    found.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    for (const Service of ['cloudwatch.amazonaws.com', 'events.amazonaws.com']) {
      found.hasResourceProperties('AWS::KMS::Key', {
        KeyPolicy: {
          Statement: Match.arrayWith([
            Match.objectLike({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Principal: { Service } }),
          ]),
        },
      });
    }
  });

  it("never encrypt the topic with AWS's own key, which would lose alarms", () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.absent() });
  });

  it('place the functions in a network whose interfaces their code cannot touch', () => {
    const found = templateWith((stack) => ({ vpc: new Vpc(stack, 'V') }));
    const ours = found.findResources('AWS::Lambda::Function', {
      Properties: { Description: Match.stringLikeRegexp('^Holdfast') },
    });
    const outside = Object.values(ours).filter((it) => it.Properties.VpcConfig === undefined);
    expect(Object.keys(ours)).toHaveLength(8);
    // It must answer CloudFormation even where the network has no way out, or the stack can never be deleted.
    expect(outside.map((it) => it.Properties.Description)).toEqual([
      'Holdfast Shop/Plane: removes the alarms of groups when the control plane goes',
    ]);
    found.hasResourceProperties('AWS::IAM::Role', {
      Policies: [
        {
          PolicyDocument: {
            Statement: Match.arrayWith([
              Match.objectLike({ Sid: 'Vpc', Condition: { Null: { 'lambda:SourceFunctionArn': 'true' } } }),
            ]),
          },
        },
      ],
    });
  });

  it('set log retention, probe interval, topic and what happens on removal', () => {
    const found = templateWith((stack) => ({
      logRetention: RetentionDays.ONE_WEEK,
      probeInterval: Duration.minutes(5),
      topic: Topic.fromTopicArn(stack, 'T', 'arn:aws:sns:eu-west-1:123456789012:mine'),
      removalPolicy: RemovalPolicy.DESTROY,
    }));
    found.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    const informed = found.findResources('AWS::Lambda::Function', {
      Properties: {
        Environment: {
          Variables: Match.objectLike({
            HOLDFAST_PROBE_INTERVAL_SECONDS: '300',
            HOLDFAST_TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:mine',
          }),
        },
      },
    });
    expect(Object.keys(informed)).toHaveLength(7);
    found.resourceCountIs('AWS::SNS::Topic', 0);
    found.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
    found.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  });

  it('add a dashboard only when asked', () => {
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    templateWith(() => ({ dashboard: true })).resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });
});
