import type { Duration } from 'aws-cdk-lib';
import { type EventPattern, Rule, type Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Trigger } from '../core/deployment.js';

/** How long and how often EventBridge tries to deliver before the event goes to the dead letters. */
export interface Delivery {
  readonly deadLetters: IQueue;
  readonly maxEventAge: Duration;
  readonly retries: number;
}

/** A trigger's pattern as CDK spells it. */
const patternOf = ({ name, pattern }: Trigger): EventPattern => {
  const { source, 'detail-type': detailType, detail, ...others } = pattern;
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw new Error(`the pattern of ${name} has "${unknown[0]}": add it to patternOf`);
  return {
    ...(Array.isArray(source) ? { source } : {}),
    ...(Array.isArray(detailType) ? { detailType } : {}),
    ...(typeof detail === 'object' && detail !== null ? { detail } : {}),
  };
};

const targetOf = (target: IFunction, delivery: Delivery) =>
  new LambdaFunction(target, {
    deadLetterQueue: delivery.deadLetters,
    maxEventAge: delivery.maxEventAge,
    retryAttempts: delivery.retries,
  });

/** Brings the events of a trigger to its function. */
export const eventRule = (scope: Construct, trigger: Trigger, target: IFunction, delivery: Delivery): Rule =>
  new Rule(scope, trigger.name, { eventPattern: patternOf(trigger), targets: [targetOf(target, delivery)] });

/** Calls a function by the clock. */
export const scheduleRule = (
  scope: Construct,
  id: string,
  schedule: Schedule,
  target: IFunction,
  delivery: Delivery,
): Rule => new Rule(scope, id, { schedule, targets: [targetOf(target, delivery)] });
