import { App, Stack } from 'aws-cdk-lib';
import type { NodeCluster } from '../../../lib/infra/cluster-statements.js';
import { NodeRole, type NodeRoleProps } from '../../../lib/infra/node-role.js';
import { judge, readStatements, type Statement } from './policy.js';
import { questionsOf } from './questions.js';
import { type Place, type Template, TemplateValues } from './template-values.js';

const PLACE: Place = { region: 'eu-west-1', account: '000000000000' };

/** The statements of a node role, as CloudFormation would resolve them. */
export const nodeStatements = (
  props: (stack: Stack) => NodeRoleProps,
  place: Place = PLACE,
): readonly Statement[] => {
  const app = new App();
  const stack = new Stack(app, 'Nodes');
  new NodeRole(stack, 'Nodes', props(stack));
  const template: Template = app.synth().getStackByName('Nodes').template;
  const role = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::IAM::Role');
  const [inline] = [role?.Properties?.Policies].flat();
  return readStatements(new TemplateValues(template, place).resolve(Object(inline).PolicyDocument));
};

/** Whether the synthesized role of a cluster's nodes allows a call of theirs to Systems Manager. */
export const nodePolicy = (
  cluster: NodeCluster,
  place: Place = PLACE,
): ((operation: string, input: object) => boolean) => {
  const statements = nodeStatements(() => ({ cluster }), place);
  return (operation, input) =>
    questionsOf(place, { service: 'SSM', operation, input }, { tagsOf: () => undefined }).every(
      (question) => judge(statements, question).decision === 'allowed',
    );
};
