import { readFileSync } from 'node:fs';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { STATE_MACHINE_SHAPES, STATE_MACHINES, type StateMachineName } from '../../lib/core/deployment.js';
import { definitionOf } from '../../lib/infra/bundles.js';
import { judge, type Statement } from '../support/iam/policy.js';
import type { Principal } from '../support/policy-evaluator.js';
import { synthesized } from '../support/synthesized.js';

let template: Template;
beforeAll(() => {
  template = Template.fromJSON(JSON.parse(JSON.stringify(synthesized().template)));
});

const properties = (name: StateMachineName): Readonly<Record<string, unknown>> =>
  Object(
    synthesized().values.resolve(synthesized().template.Resources[synthesized().machines[name]]?.Properties),
  );
const arnOf = (name: StateMachineName): string =>
  synthesized().values.text({ Ref: synthesized().machines[name] });
const functionArn = (name: 'reconcile' | 'check-health' | 'sweep'): string =>
  synthesized().values.text({ 'Fn::GetAtt': [synthesized().functions[name], 'Arn'] });
const may = (principal: Principal, action: string, resource: string): boolean => {
  const statements: readonly Statement[] = synthesized().policiesOf(principal);
  return judge(statements, { action, resource, context: {} }).decision === 'allowed';
};

describe('the state machines', () => {
  it.each(STATE_MACHINES)('are the files themselves: %s', (name) => {
    const { DefinitionString, DefinitionSubstitutions } = properties(name);
    expect(DefinitionString).toBe(readFileSync(definitionOf(name), 'utf8'));
    const placeholders = String(DefinitionString).match(/\$\{\w+\}/g) ?? [];
    const named = Object.keys(Object(DefinitionSubstitutions)).map((key) => `\${${key}}`);
    expect([...new Set(placeholders)].sort()).toEqual(named.sort());
  });

  it.each(STATE_MACHINES)('call what the deployment says: %s', (name) => {
    const { functions, machines } = STATE_MACHINE_SHAPES[name];
    const { values, functions: ids } = synthesized();
    const expected = [
      ...Object.entries(functions).map(([key, it]) => [key, values.text({ 'Fn::GetAtt': [ids[it], 'Arn'] })]),
      ...Object.entries(machines).map(([key, it]) => [key, arnOf(it)]),
    ];
    expect(properties(name).DefinitionSubstitutions).toEqual(Object.fromEntries(expected));
  });

  it('are standard ones, log only errors and no input or output, and are not traced', () => {
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 2);
    template.allResourcesProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'STANDARD',
      LoggingConfiguration: {
        Level: 'ERROR',
        IncludeExecutionData: false,
        Destinations: [Match.objectLike({ CloudWatchLogsLogGroup: Match.anyValue() })],
      },
      TracingConfiguration: { Enabled: false },
    });
  });

  it('have roles of their own that only Step Functions takes, for this account', () => {
    const roles = STATE_MACHINES.map((name) => JSON.stringify(properties(name).RoleArn));
    expect(new Set(roles).size).toBe(2);
    const trusting = template.findResources('AWS::IAM::Role', {
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Action: 'sts:AssumeRole',
              Effect: 'Allow',
              Principal: { Service: 'states.amazonaws.com' },
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
      },
    });
    expect(Object.keys(trusting)).toHaveLength(2);
  });
});

describe('the role of rolling-update', () => {
  it('calls reconcile and no other function', () => {
    expect(may('rolling-update', 'lambda:InvokeFunction', functionArn('reconcile'))).toBe(true);
    expect(may('rolling-update', 'lambda:InvokeFunction', functionArn('check-health'))).toBe(false);
    expect(may('rolling-update', 'lambda:InvokeFunction', functionArn('sweep'))).toBe(false);
  });

  it('starts checks of health, follows and stops them, and no executions of another machine', () => {
    const execution = (machine: string) => `${machine.replace(':stateMachine:', ':execution:')}:h-1`;
    expect(may('rolling-update', 'states:StartExecution', arnOf('health-check'))).toBe(true);
    expect(may('rolling-update', 'states:StartExecution', arnOf('rolling-update'))).toBe(false);
    for (const action of ['states:DescribeExecution', 'states:StopExecution']) {
      expect(may('rolling-update', action, execution(arnOf('health-check')))).toBe(true);
      expect(may('rolling-update', action, execution(arnOf('rolling-update')))).toBe(false);
    }
  });

  it("touches no rule but Step Functions' own", () => {
    const rule = (name: string) => `arn:aws:events:eu-west-1:000000000000:rule/${name}`;
    const theirs = rule('StepFunctionsGetEventsForStepFunctionsExecutionRule');
    for (const action of ['events:DescribeRule', 'events:PutRule', 'events:PutTargets']) {
      expect(may('rolling-update', action, theirs)).toBe(true);
      expect(may('rolling-update', action, rule('another'))).toBe(false);
    }
  });
});

describe('the role of health-check', () => {
  it('calls check-health and nothing else', () => {
    expect(may('health-check', 'lambda:InvokeFunction', functionArn('check-health'))).toBe(true);
    expect(may('health-check', 'lambda:InvokeFunction', functionArn('reconcile'))).toBe(false);
    const beyond = synthesized()
      .policiesOf('health-check')
      .flatMap((it) => it.actions)
      .filter((it) => !it.startsWith('logs:'));
    expect(beyond).toEqual(['lambda:InvokeFunction']);
  });
});

describe('start-rollout', () => {
  it('starts rolling updates and nothing else', () => {
    expect(may('start-rollout', 'states:StartExecution', arnOf('rolling-update'))).toBe(true);
    expect(may('start-rollout', 'states:StartExecution', arnOf('health-check'))).toBe(false);
    const beyond = synthesized()
      .policiesOf('start-rollout')
      .flatMap((it) => it.actions)
      .filter((it) => !it.startsWith('logs:'));
    expect(beyond).toEqual(['states:StartExecution', 'sqs:SendMessage']);
  });

  it('is the only function that starts executions', () => {
    const { functions } = synthesized();
    const starting = (Object.keys(functions) as (keyof typeof functions)[]).filter((name) =>
      synthesized()
        .policiesOf(name)
        .some((it) => it.actions.some((action) => action.startsWith('states:'))),
    );
    expect(starting).toEqual(['start-rollout']);
  });

  it('has an event tried twice more, and kept when it fails all the same', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: synthesized().functions['start-rollout'] },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 600,
      DestinationConfig: {
        OnFailure: {
          Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('StartRolloutDeadLetters'), 'Arn'] },
        },
      },
    });
  });
});
