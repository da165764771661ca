import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { judge, readStatements } from '../support/iam/policy.js';
import { synthesized } from '../support/synthesized.js';

let template: Template;
beforeAll(() => {
  template = Template.fromJSON(JSON.parse(JSON.stringify(synthesized().template)));
});

const idOf = (found: Readonly<Record<string, unknown>>): string => {
  const [id, ...others] = Object.keys(found);
  if (id === undefined || others.length > 0) throw new Error(`not one but ${Object.keys(found).join(', ')}`);
  return id;
};
const functionId = () =>
  idOf(
    template.findResources('AWS::Lambda::Function', {
      Properties: { Description: Match.stringLikeRegexp('removes the alarms of groups') },
    }),
  );

describe('the removal of alarms', () => {
  it('is the only custom resource, knows the prefix, and is not waited for an hour', () => {
    const custom = Object.entries(synthesized().template.Resources).filter(([, it]) =>
      /^Custom::|CustomResource/.test(it.Type),
    );
    expect(custom.map(([, it]) => [it.Type, it.Properties])).toEqual([
      [
        'Custom::HoldfastGroupAlarms',
        {
          ServiceToken: { 'Fn::GetAtt': [functionId(), 'Arn'] },
          Prefix: 'holdfast:Holdfast:',
          ServiceTimeout: '360',
        },
      ],
    ]);
  });

  it('runs like our other functions, with time to answer before CloudFormation gives up', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Holdfast Holdfast: removes the alarms of groups when the control plane goes',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 300,
    });
  });

  it('comes after the end of reconcile, which could make an alarm anew', () => {
    const removal = idOf(template.findResources('Custom::HoldfastGroupAlarms'));
    // CloudFormation deletes what depends on something before it.
    const { reconcile } = synthesized().functions;
    const of = template.findResources('AWS::Lambda::Function')[reconcile];
    expect(of?.DependsOn).toContain(removal);
  });

  it('may search for alarms, delete those of our groups, and look at its own stack', () => {
    const { values, template: raw } = synthesized();
    const roleId = raw.Resources[functionId()]?.Properties?.Role as { 'Fn::GetAtt': [string] };
    const [policy] = Object(raw.Resources[roleId['Fn::GetAtt'][0]]?.Properties?.Policies);
    const statements = readStatements(values.resolve(policy.PolicyDocument));
    expect(statements.flatMap((it) => it.actions).sort()).toEqual([
      'cloudformation:DescribeStacks',
      'cloudwatch:DeleteAlarms',
      'cloudwatch:DescribeAlarms',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
    const remove = (name: string) =>
      judge(statements, {
        action: 'cloudwatch:DeleteAlarms',
        resource: `arn:aws:cloudwatch:eu-west-1:000000000000:alarm:${name}`,
        context: {},
      }).decision;
    expect(remove('holdfast:Holdfast:web')).toBe('allowed');
    expect(remove('holdfast:Holdfast-2:web')).toBe('denied');
    expect(remove('payroll')).toBe('denied');
  });
});
