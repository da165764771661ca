import { App, CfnParameter, Duration, Fn, Lazy, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnSubnet } from 'aws-cdk-lib/aws-ec2';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { ControlPlane, Group, type GroupProperties, type GroupProps } from '../../lib/index.js';
import { HoldfastStack } from '../../lib/infra/holdfast-stack.js';
import { validatedByCdk } from '../support/cdk-validation.js';
import { appLikeOurs, fakeBundles } from '../support/synthesized.js';

const WEB: GroupProperties = {
  Allocation: { Size: 3 },
  Instance: {
    Plugin: 'aws/ec2-instance',
    Properties: { RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small' } },
  },
  Flavor: { Plugin: 'vanilla', Properties: { Init: ['#!/bin/sh'] } },
};

const shop = () => {
  const stack = new Stack(new App(), 'Shop');
  const controlPlane = new ControlPlane(stack, 'Plane', { bundles: fakeBundles() });
  const group = (id: string, props: Partial<GroupProps> = {}) =>
    new Group(stack, id, { controlPlane, properties: WEB, ...props });
  return { stack, controlPlane, group };
};

/** Whatever it is: what JavaScript gives is not what the types say. */
const loose = (properties: unknown): GroupProperties => properties as GroupProperties;

const refusal = (stack: Stack): string => {
  try {
    Template.fromStack(stack);
  } catch (error) {
    return String(error);
  }
  return '';
};

const resources = (template: Template) => Object.values(template.findResources('Custom::HoldfastGroup'));

/** The name of a function's policy statements, with what they allow on what. */
const grants = (template: Template): string =>
  JSON.stringify(
    Object.values(
      template.findResources('AWS::IAM::Policy', {
        Properties: { Roles: [{ Ref: Match.stringLikeRegexp('GroupResourceRole') }] },
      }),
    ).map((it) => it.Properties.PolicyDocument.Statement),
  );

describe('a group in an app', () => {
  it('is a custom resource of one function for all groups, which outlives neither it nor the control plane', () => {
    const { stack, group } = shop();
    group('web', { wait: true, waitTimeout: Duration.minutes(30) });
    group('Second', { groupId: 'batch' });
    const template = Template.fromStack(stack);
    const [web, batch] = resources(template);
    expect(web?.Properties).toEqual({
      ServiceToken: { 'Fn::GetAtt': [expect.stringMatching(/^PlaneGroupResourceFunction/), 'Arn'] },
      ServiceTimeout: '1980',
      GroupId: 'web',
      Properties: JSON.stringify(WEB),
      Wait: 'true',
      TimeoutSeconds: '1800',
      OnDelete: 'free',
    });
    expect(batch?.Properties).toMatchObject({
      ServiceToken: web?.Properties.ServiceToken,
      GroupId: 'batch',
      Wait: 'false',
      TimeoutSeconds: '3300',
    });
    const needed = String(web?.DependsOn);
    for (const part of ['PlaneReconcile', 'PlaneGroupApicommit', 'PlaneSweep', 'PlaneGroupResourceGoOn'])
      expect(needed).toContain(part);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Holdfast Shop/Plane: commits and ends groups that templates declare',
      Runtime: 'nodejs24.x',
      Timeout: 900,
      Environment: { Variables: { HOLDFAST_GROUP_API_FUNCTION: { Ref: Match.anyValue() } } },
    });
  });

  it('lets its function read, commit and start itself anew, and destroy only for a group that says so', () => {
    const { stack, group } = shop();
    group('web');
    const before = grants(Template.fromStack(stack));
    for (const alias of ['GroupApiread', 'GroupApicommit', 'GroupResourceFunction'])
      expect(before).toContain(alias);
    expect(before).not.toContain('GroupApidestroy');
    const other = shop();
    other.group('web', { removalPolicy: RemovalPolicy.DESTROY });
    expect(grants(Template.fromStack(other.stack))).toContain('GroupApidestroy');
  });

  it('is freed when it leaves the template; destroyed or kept when that is asked for', () => {
    const { stack, group } = shop();
    group('freed');
    group('destroyed', { removalPolicy: RemovalPolicy.DESTROY });
    group('kept', { removalPolicy: RemovalPolicy.RETAIN });
    const found = resources(Template.fromStack(stack)).map((it) => [
      it.Properties.GroupId,
      it.Properties.OnDelete,
      it.DeletionPolicy,
      it.UpdateReplacePolicy,
    ]);
    expect(found).toEqual([
      ['freed', 'free', 'Delete', 'Delete'],
      ['destroyed', 'destroy', 'Delete', 'Delete'],
      ['kept', 'free', 'Retain', 'Retain'],
    ]);
  });

  it('may be in another stack than its control plane', () => {
    const { stack, controlPlane } = shop();
    const other = new Stack(stack.node.root as App, 'Other');
    new Group(other, 'web', { controlPlane, properties: WEB, removalPolicy: RemovalPolicy.DESTROY });
    const template = Template.fromStack(other);
    expect(resources(template)).toHaveLength(1);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    expect(JSON.stringify(template.toJSON())).toContain('Shop:ExportsOutput');
  });

  describe('with all that checks a template', () => {
    validatedByCdk();

    it('raises no finding of cdk-nag', () => {
      const app = appLikeOurs();
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      const stack = new HoldfastStack(app, 'Holdfast', { controlPlane: { bundles: fakeBundles() } });
      const { controlPlane } = stack;
      new Group(stack, 'web', { controlPlane, properties: WEB, removalPolicy: RemovalPolicy.DESTROY });
      app.synth();
    });
  });
});

describe('the properties of a group in an app', () => {
  it('fail the synth with all mistakes of all groups, each with its path', () => {
    const { stack, group } = shop();
    group('a b');
    group('web', {
      properties: loose({ ...WEB, Alocation: {}, Updating: { MaxSurge: '1 or 2' } }),
      waitTimeout: Duration.hours(2),
    });
    group('Again', { groupId: 'web' });
    group('cluster', { properties: { ...WEB, Flavor: { Plugin: 'swram/manager' } } });
    const said = refusal(stack);
    for (const mistake of [
      'groups["a b"]: must be 1 to 128 of letters',
      'groups.web.Properties.Alocation: unknown key "Alocation"; did you mean "Allocation"?',
      'groups.web.Properties.Updating.MaxSurge: must be a count such as 2 or a share such as "20%", not "1 or 2"',
      'waitTimeout: must be from 1 to 55 minutes, not 2 hours',
      'groups.web: is declared at Shop/Again as well',
      'groups.cluster.Properties.Flavor.Plugin: Failed to find Flavor plugin',
    ]) {
      expect(said).toContain(mistake);
    }
  });

  it('may hold what only the deployment knows, wherever it stands', () => {
    const { stack, group } = shop();
    const subnet = (id: string, cidrBlock: string) =>
      new CfnSubnet(stack, id, { vpcId: 'vpc-0123456789abcdef0', cidrBlock }).ref;
    const size = new CfnParameter(stack, 'Size', { type: 'Number' });
    const targets = Fn.importValue('targets');
    group('web', {
      properties: {
        Allocation: { Size: size.valueAsNumber },
        Instance: {
          Plugin: 'aws/ec2-instance',
          Properties: {
            RunInstancesInput: {
              ImageId: Fn.importValue('image'),
              SecurityGroupIds: Fn.split(',', Fn.importValue('groups')),
              IamInstanceProfile: { Arn: Fn.importValue('profile') },
              UserData: `#!/bin/sh\necho ${Fn.importValue('name')}`,
            },
            InstanceTypes: [Fn.importValue('type'), 't3.small'],
            Subnets: [subnet('A', '10.0.1.0/24'), subnet('B', '10.0.2.0/24')],
            TargetGroupARNs: [targets],
            Tags: { Name: stack.stackName },
          },
        },
        Flavor: { Plugin: 'vanilla' },
        Updating: { MaxUnavailable: Fn.importValue('budget'), Bake: Fn.importValue('bake') },
      },
    });
    group('members', {
      properties: {
        ...WEB,
        Allocation: { LogicalIDs: Fn.split(',', Fn.importValue('addresses')) },
        Flavor: { Plugin: 'zookeeper', Properties: Lazy.any({ produce: () => ({}) }) },
      },
    });
    const [web] = resources(Template.fromStack(stack));
    expect(JSON.stringify(web?.Properties.Properties)).toContain('{"Ref":"A"}');
    // A number stays a number, without quotes around it.
    expect(JSON.stringify(web?.Properties.Properties)).toMatch(/\\"Size\\":",\{"Ref":"Size"\},"\}/);
  });

  it('hide no mistake beside such a value', () => {
    const { stack, group } = shop();
    group('web', {
      properties: loose({
        ...WEB,
        Instance: {
          Plugin: 'aws/ec2-instance',
          Properties: {
            RunInstancesInput: { ImageId: Fn.importValue('image'), SubnetId: Fn.importValue('subnet') },
            Subnets: [Fn.importValue('a')],
          },
        },
      }),
    });
    expect(refusal(stack)).toContain(
      'groups.web.Properties.Instance.Properties.RunInstancesInput.SubnetId: cannot be set together with Subnets',
    );
  });
});
