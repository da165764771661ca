import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { builtDocuments } from '../../bin/built-documents.js';
import {
  FUNCTIONS,
  type FunctionName,
  STATE_MACHINES,
  type StateMachineName,
} from '../../lib/core/deployment.js';
import { nodeDocuments } from '../../lib/flavors/index.js';
import { DOCUMENTS_FILE, STACK_LAMBDAS } from '../../lib/infra/bundles.js';
import type { ControlPlane } from '../../lib/infra/control-plane.js';
import type { ControlPlaneProps } from '../../lib/infra/control-plane-props.js';
import { HoldfastStack } from '../../lib/infra/holdfast-stack.js';
import { type AlarmDefinition, alarmFromTemplate } from '../../lib/local/cloudwatch/alarm.js';
import { matchesPattern } from '../../lib/local/events/matches-pattern.js';
import type { Statement } from './iam/policy.js';
import { type Place, type Template, TemplateValues } from './iam/template-values.js';
import { type PolicyEvaluator, type Principal, policyEvaluator } from './policy-evaluator.js';
import { TEST_DOCUMENTS } from './scenario-flavor.js';

/** Where the template is taken to be deployed, unless told otherwise. */
export const PLACE: Place = { region: 'eu-west-1', account: '000000000000' };

/** Bundles that hold nothing, since what is in a function is no part of a template, and the documents of all flavors. */
export function fakeBundles(): string {
  const folder = join(tmpdir(), 'holdfast-fake-bundles');
  for (const name of [...FUNCTIONS, ...STACK_LAMBDAS]) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'index.mjs'), 'export const handler = async () => {};\n');
  }
  // Other processes read it at this moment.
  const written = join(folder, `${DOCUMENTS_FILE}-${process.pid}`);
  writeFileSync(written, JSON.stringify(builtDocuments([...nodeDocuments, ...TEST_DOCUMENTS])));
  renameSync(written, join(folder, DOCUMENTS_FILE));
  return folder;
}

/** An app under the feature flags that `cdk.json` sets. */
export function appLikeOurs(): App {
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  return new App({ context });
}

export const logicalIdOf = (construct: Construct): string => {
  const resource = construct.node.defaultChild ?? construct;
  if (!(resource instanceof CfnResource)) throw new Error(`${construct.node.path} is no resource`);
  return Stack.of(construct).getLogicalId(resource);
};

/** What a rule does with an event. */
export interface RuleHit {
  /** Logical id of the rule. */
  readonly rule: string;
  /** A function, or the ARN of something else such as the topic. */
  readonly targets: readonly (FunctionName | string)[];
}

export interface Synthesized {
  readonly template: Template;
  /** Logical ids. */
  readonly functions: Readonly<Record<FunctionName, string>>;
  readonly machines: Readonly<Record<StateMachineName, string>>;
  readonly values: TemplateValues;
  /** The environment that each function gets, with the names that the evaluator knows. */
  environmentOf(name: FunctionName): Readonly<Record<string, string>>;
  /** Rules that an event on the account's bus triggers. */
  rulesFor(event: unknown): readonly RuleHit[];
  /** Functions that run by the clock, by schedule expression. */
  schedules(): readonly { readonly schedule: string; readonly targets: readonly string[] }[];
  /** All alarms, as `PutMetricAlarm` takes them; their names are logical ids. */
  alarms(): readonly AlarmDefinition[];
  policiesOf(name: Principal): readonly Statement[];
  /** A fresh evaluator, with nothing used yet. */
  evaluator(): PolicyEvaluator;
}

/** Reads the template of a stack that holds a control plane. */
export function synthesizedFrom(stack: Stack, plane: ControlPlane, place: Place = PLACE): Synthesized {
  const app = stack.node.root;
  if (!(app instanceof App)) throw new Error('the stack is in no app');
  const template: Template = app.synth().getStackByName(stack.stackName).template;
  const functions = Object.fromEntries(
    FUNCTIONS.map((name) => [name, logicalIdOf(plane.functions[name])]),
  ) as Readonly<Record<FunctionName, string>>;
  const machines = Object.fromEntries(
    STATE_MACHINES.map((name) => [name, logicalIdOf(plane.machines[name])]),
  ) as Readonly<Record<StateMachineName, string>>;
  const values = new TemplateValues(template, place);
  const ofType = (type: string) => Object.entries(template.Resources).filter(([, it]) => it.Type === type);
  const functionByArn = new Map<string, string>(
    Object.entries(functions).map(([name, id]) => [values.text({ 'Fn::GetAtt': [id, 'Arn'] }), name]),
  );
  const targetsOf = (properties: Readonly<Record<string, unknown>> | undefined): readonly string[] => {
    const targets = values.resolve(properties?.Targets);
    return (Array.isArray(targets) ? targets : []).map(({ Arn }) => functionByArn.get(Arn) ?? Arn);
  };
  const evaluator = () => policyEvaluator(template, { ...functions, ...machines }, place);

  return {
    template,
    functions,
    machines,
    values,
    environmentOf: (name) => {
      const environment = values.resolve(template.Resources[functions[name]]?.Properties?.Environment);
      return Object(Object(environment).Variables);
    },
    rulesFor: (event) =>
      ofType('AWS::Events::Rule')
        .filter(
          ([, { Properties }]) =>
            Properties?.EventPattern !== undefined &&
            matchesPattern(values.resolve(Properties.EventPattern), event),
        )
        .map(([rule, { Properties }]) => ({ rule, targets: targetsOf(Properties) })),
    schedules: () =>
      ofType('AWS::Events::Rule').flatMap(([, { Properties }]) =>
        Properties?.ScheduleExpression === undefined
          ? []
          : [{ schedule: values.text(Properties.ScheduleExpression), targets: targetsOf(Properties) }],
      ),
    alarms: () =>
      ofType('AWS::CloudWatch::Alarm').map(([id, { Properties }]) =>
        alarmFromTemplate(id, values.resolve(Properties)),
      ),
    policiesOf: (name) => evaluator().policiesOf(name),
    evaluator,
  };
}

/** Our own stack, synthesized with other props. */
export function synthesizedWith(props: ControlPlaneProps, place: Place = PLACE): Synthesized {
  const stack = new HoldfastStack(appLikeOurs(), 'Holdfast', {
    controlPlane: { bundles: fakeBundles(), ...props },
  });
  return synthesizedFrom(stack, stack.controlPlane, place);
}

let shared: Synthesized | undefined;

/** Our own stack as it is deployed by default, synthesized once per process. */
export function synthesized(): Synthesized {
  shared ??= synthesizedWith({});
  return shared;
}
