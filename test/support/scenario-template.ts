import { ENVIRONMENT, type FunctionName, type StateMachineName } from '../../lib/core/deployment.js';
import { type AlarmDefinition, alarmFromTemplate } from '../../lib/local/cloudwatch/alarm.js';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../lib/local/place.js';
import type { Place, Template } from './iam/template-values.js';
import { TemplateValues } from './iam/template-values.js';
import { type PolicyEvaluator, policyEvaluator } from './policy-evaluator.js';
import { type Synthesized, synthesizedWith } from './synthesized.js';

/** A control plane's synthesized template with the physical names that it gets in the local cloud. */
export interface PlaneTemplate {
  readonly stack: string;
  readonly template: Template;
  readonly values: TemplateValues;
  /** Logical ids. */
  readonly functions: Readonly<Record<FunctionName, string>>;
  readonly machines: Readonly<Record<StateMachineName, string>>;
  /** Kept for the whole process, so that it knows what all scenarios together have used. */
  readonly evaluator: PolicyEvaluator;
  /** Properties of all resources of a type, resolved, by logical id. */
  ofType(type: string): readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  alarms(): readonly AlarmDefinition[];
}

const FIRST = 'holdfast-a';
let synthesized: Synthesized | undefined;
const known = new Map<string, PlaneTemplate>();

/** Synthesized once per process; another control plane differs in nothing but its name. */
export function planeTemplate(stack: string): PlaneTemplate {
  const made = known.get(stack);
  if (made) return made;
  synthesized ??= synthesizedWith({ name: FIRST });
  const template: Template = JSON.parse(JSON.stringify(synthesized.template).replaceAll(FIRST, stack));
  const { functions, machines } = synthesized;
  const plane = templateOf(stack, template, { functions, machines, documents: documentsOf(synthesized) });
  known.set(stack, plane);
  return plane;
}

/** Logical ids of the documents, by their own names. */
const documentsOf = (of: Synthesized): Readonly<Record<string, string>> =>
  JSON.parse(of.environmentOf('reconcile')[ENVIRONMENT.documents] ?? '{}');

function templateOf(
  stack: string,
  template: Template,
  {
    functions,
    machines,
    documents,
  }: Pick<PlaneTemplate, 'functions' | 'machines'> & { readonly documents: Readonly<Record<string, string>> },
): PlaneTemplate {
  const principals = { ...functions, ...machines };
  const place: Place = {
    region: LOCAL_REGION,
    account: LOCAL_ACCOUNT,
    names: {
      ...Object.fromEntries(Object.keys(template.Resources).map((id) => [id, plainName(stack, id)])),
      ...Object.fromEntries(
        Object.entries({ ...principals, ...documents }).map(([name, id]) => [id, `${stack}-${name}`]),
      ),
    },
  };
  const values = new TemplateValues(template, place);
  const resolved = Object.entries(template.Resources)
    .filter(([, { Type }]) => !/^AWS::(IAM|Logs)::|Policy$|Permission$/.test(Type))
    .map(([id, { Type, Properties }]) => ({
      id,
      type: Type,
      properties: Object(values.resolve(Properties)),
    }));
  const ofType: PlaneTemplate['ofType'] = (type) =>
    resolved.filter((it) => it.type === type).map(({ id, properties }) => [id, properties]);
  return {
    stack,
    template,
    values,
    functions,
    machines,
    evaluator: policyEvaluator(template, principals, place),
    ofType,
    alarms: () =>
      ofType('AWS::CloudWatch::Alarm').map(([id, properties]) =>
        alarmFromTemplate(plainName(stack, id), properties),
      ),
  };
}

/** `ControlPlaneWakesQueueCEBD2B81` is `holdfast-a-wakesqueue`: CDK's hash says nothing to people. */
const plainName = (stack: string, id: string): string =>
  `${stack}-${id.replace(/^ControlPlane/, '').replace(/[0-9A-F]{8}$/, '')}`.toLowerCase();
