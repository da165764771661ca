import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { HoldfastStack } from '../lib/infra/holdfast-stack.js';

/** What of the template costs money while nothing happens. */
export interface TemplateAtRest {
  readonly alarmMetrics: number;
  readonly polledQueues: number;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly Metrics?: readonly { readonly MetricStat?: unknown }[] };
}

/** Synthesizes the stack with no options set and counts. `bundles` holds the built functions. */
export const templateAtRest = (bundles: string): TemplateAtRest => {
  const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  const app = new App({ context, analyticsReporting: false });
  const stack = new HoldfastStack(app, 'Bench', { controlPlane: { bundles } });
  const template: { readonly Resources: Readonly<Record<string, Resource>> } = app
    .synth()
    .getStackByName(stack.stackName).template;
  const ofType = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);
  return {
    alarmMetrics: ofType('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    polledQueues: ofType('AWS::Lambda::EventSourceMapping').length,
  };
};

/** CloudWatch bills an alarm by the metrics that it looks at. */
const metricsOf = ({ Properties }: Resource): number =>
  Properties?.Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
