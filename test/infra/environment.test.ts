import { expect, it } from 'vitest';
import { awsRuntime } from '../../lambdas/runtime.js';
import { groupAlarmName } from '../../lib/aws/cloudwatch-group-alarms.js';
import { FUNCTIONS } from '../../lib/core/deployment.js';
import { groupId } from '../../lib/core/ids.js';
import { synthesized } from '../support/synthesized.js';

it.each(FUNCTIONS)('gives %s every name that its runtime asks for', (name) => {
  const environment = { ...synthesized().environmentOf(name), AWS_REGION: 'eu-west-1' };
  expect(awsRuntime(environment).stack).toBe('Holdfast');
});

it('lets reconcile make the alarm of a group by the name that it is made under', () => {
  const AlarmName = groupAlarmName('Holdfast', groupId('web'));
  const call = {
    principal: 'reconcile',
    service: 'CloudWatch',
    operation: 'PutMetricAlarm',
    input: { AlarmName },
  };
  expect(
    synthesized()
      .evaluator()
      .authorise(call, { tagsOf: () => undefined }),
  ).toBe('allow');
});
