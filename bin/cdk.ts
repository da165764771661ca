/** The CDK app of the stack of our own: builds the lambdas, then synthesizes under cdk-nag. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { HoldfastStack } from '../lib/infra/holdfast-stack.js';
import { buildLambdas } from './build.js';

await buildLambdas();

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

const text = (key: string): string | undefined => {
  const value: unknown = app.node.tryGetContext(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const stackName = text('stackName');

new HoldfastStack(app, 'Holdfast', {
  ...(stackName ? { stackName } : {}),
  controlPlane: { dashboard: text('dashboard') === 'true' },
});
app.synth();
