import type { FunctionName, StateMachineName } from '../../lib/core/deployment.js';
import type { AuthorisedCall, Authoriser } from '../../lib/local/authorise.js';
import { judge, readStatements, type Statement } from './iam/policy.js';
import { questionsOf } from './iam/questions.js';
import { type Place, type Template, TemplateValues } from './iam/template-values.js';
import type { IamWorld } from './iam/world.js';

export type { Place } from './iam/template-values.js';
export type { IamWorld } from './iam/world.js';

/** Who calls: a function or a state machine, by its role. */
export type Principal = FunctionName | StateMachineName;

export interface AllowedAction {
  readonly principal: Principal;
  /** The statement. */
  readonly sid: string;
  readonly action: string;
}

const VENDED = 'Step Functions has the log of a machine delivered';
const NESTED = 'Step Functions follows an execution that another one started, and stops it with that one';

/** Actions that our code never calls, though its roles need them, and why. */
const ON_BEHALF: Readonly<Record<string, string>> = {
  'Log/logs:CreateLogStream': 'Lambda writes the log',
  'Log/logs:PutLogEvents': 'Lambda writes the log',
  'TakeWakes/sqs:DeleteMessage': 'Lambda polls the queue',
  'TakeWakes/sqs:GetQueueAttributes': 'Lambda polls the queue',
  'TakeWakes/sqs:ReceiveMessage': 'Lambda polls the queue',
  'DeadLetters/sqs:SendMessage': 'Lambda sends what failed',
  'TellAbsence/s3:ListBucket': 'S3 asks itself for it when an object is not there',
  'Log/logs:CreateLogDelivery': VENDED,
  'Log/logs:DeleteLogDelivery': VENDED,
  'Log/logs:DescribeLogGroups': VENDED,
  'Log/logs:DescribeResourcePolicies': VENDED,
  'Log/logs:GetLogDelivery': VENDED,
  'Log/logs:ListLogDeliveries': VENDED,
  'Log/logs:PutResourcePolicy': VENDED,
  'Log/logs:UpdateLogDelivery': VENDED,
  'HearOfTheEnd/events:DescribeRule': NESTED,
  'HearOfTheEnd/events:PutRule': NESTED,
  'HearOfTheEnd/events:PutTargets': NESTED,
  'Follow/states:DescribeExecution': NESTED,
  'Follow/states:StopExecution': NESTED,
};

export interface PolicyEvaluator {
  /** Whether a role lets its function or machine make a call. Every allowed action that took part counts as used. */
  authorise(call: AuthorisedCall, world: IamWorld): 'allow' | { readonly denied: string };
  /** The same, as the local cloud asks. */
  authoriser(world: IamWorld): Authoriser;
  /** Allowed actions that no call has used, but those that AWS itself uses on a role's behalf. */
  unusedActions(): readonly AllowedAction[];
  /** The statements of a role, with the template's references resolved. */
  policiesOf(name: Principal): readonly Statement[];
}

const STATE_MACHINE = 'AWS::StepFunctions::StateMachine';

const property = (resource: Template['Resources'][string] | undefined, name: string): unknown =>
  resource?.Properties?.[name];

/** The logical id that a `Ref` or `Fn::GetAtt` names. */
function referenced(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    if ('Ref' in value && typeof value.Ref === 'string') return value.Ref;
    if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return String(value['Fn::GetAtt'][0]);
  }
  throw new Error(`${JSON.stringify(value)} names no resource of the template`);
}

/** Everything that a role is allowed by the template: inline and attached. */
function statementsOf(template: Template, values: TemplateValues, role: string): readonly Statement[] {
  const resource = template.Resources[role];
  for (const name of ['ManagedPolicyArns', 'PermissionsBoundary']) {
    if (property(resource, name) !== undefined) throw new Error(`${name} of ${role} is not evaluated`);
  }
  const inline = property(resource, 'Policies');
  const attached = Object.values(template.Resources).filter(
    ({ Type, Properties }) =>
      (Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::ManagedPolicy') &&
      Array.isArray(Properties?.Roles) &&
      Properties.Roles.some((it) => referenced(it) === role),
  );
  return [
    ...(Array.isArray(inline) ? inline.map((it) => it.PolicyDocument) : []),
    ...attached.map((it) => it.Properties?.PolicyDocument),
  ].flatMap((it) => readStatements(values.resolve(it)));
}

/**
 * Authorises SDK calls of functions and state machines by the roles that a template gives them.
 * @param principals logical ids of the functions and machines.
 */
export function policyEvaluator(
  template: Template,
  principals: Readonly<Record<Principal, string>>,
  place: Place,
): PolicyEvaluator {
  const values = new TemplateValues(template, place);
  const roleOf = (id: string): string => {
    const resource = template.Resources[id];
    return referenced(property(resource, resource?.Type === STATE_MACHINE ? 'RoleArn' : 'Role'));
  };
  const byPrincipal = new Map(
    Object.entries(principals).map(([name, id]) => [name, statementsOf(template, values, roleOf(id))]),
  );
  const used = new Set<string>();

  const policiesOf = (name: string): readonly Statement[] => {
    const statements = byPrincipal.get(name);
    if (!statements)
      throw new Error(
        `"${name}" is no function or machine of the template: ${[...byPrincipal.keys()].join(', ')}`,
      );
    return statements;
  };
  const roleOfProfile = (arnOrName: string): string | undefined => {
    const found = Object.entries(template.Resources).find(
      ([id, { Type }]) =>
        Type === 'AWS::IAM::InstanceProfile' &&
        [values.text({ Ref: id }), values.text({ 'Fn::GetAtt': [id, 'Arn'] })].includes(arnOrName),
    );
    const roles = property(found?.[1], 'Roles');
    return Array.isArray(roles) ? values.text({ 'Fn::GetAtt': [referenced(roles[0]), 'Arn'] }) : undefined;
  };

  const authorise: PolicyEvaluator['authorise'] = ({ principal, ...call }, world) => {
    const statements = policiesOf(principal);
    const taken: string[] = [];
    for (const question of questionsOf(place, call, { roleOfProfile, ...world })) {
      const verdict = judge(statements, question);
      if (verdict.decision === 'denied') {
        return { denied: `${question.action} on ${question.resource}: ${verdict.by}` };
      }
      taken.push(...verdict.statements.map((it) => usage(principal, it.sid, question.action)));
    }
    for (const it of taken) used.add(it);
    return 'allow';
  };

  return {
    authorise,
    authoriser: (world) => (call) => authorise(call, world),
    policiesOf,
    unusedActions: () =>
      Object.keys(principals).flatMap((name) =>
        policiesOf(name)
          .filter((it) => it.effect === 'Allow')
          .flatMap(({ sid, actions }) =>
            actions.map((action) => ({ principal: name as Principal, sid, action })),
          )
          .filter(
            ({ sid, action }) => !used.has(usage(name, sid, action)) && !(`${sid}/${action}` in ON_BEHALF),
          ),
      ),
  };
}

const usage = (principal: string, sid: string, action: string): string =>
  `${principal} ${sid} ${action}`.toLowerCase();
