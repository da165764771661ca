import { expect, it } from 'vitest';
import { goodProperties, mistakesIn } from './group-text.js';

const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/73e2d6bc24d8a067';
const CHINA = 'arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:targetgroup/web/73e2d6bc24d8a067';
const AT = 'Instance.Properties.TargetGroupARNs';

const mistakesWith = (...TargetGroupARNs: readonly string[]) =>
  mistakesIn({
    ...goodProperties(),
    Instance: {
      Plugin: 'aws/ec2-instance',
      Properties: { RunInstancesInput: { ImageId: 'ami-0abc' }, TargetGroupARNs: [...TargetGroupARNs] },
    },
  });

it('accepts none to five target groups, of any partition', () => {
  expect(mistakesWith()).toEqual([]);
  expect(mistakesWith(ARN, CHINA, `${ARN}0`, `${ARN}1`, `${ARN}2`)).toEqual([]);
});

it('refuses more than five', () => {
  expect(mistakesWith(...[0, 1, 2, 3, 4, 5].map((digit) => `${ARN}${digit}`))).toEqual([
    `${AT}: must have at most 5 items, not a list`,
  ]);
});

it('refuses one that is named twice', () => {
  expect(mistakesWith(ARN, CHINA, ARN)).toEqual([
    `${AT}[2]: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetg…" specified more than once`,
  ]);
});

it.each(['web', 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/73e2d6bc'])(
  'refuses %s, and shows what a target group is called',
  (wrong) => {
    expect(mistakesWith(wrong)).toEqual([
      expect.stringContaining(`${AT}[0]: must be the ARN of a target group such as "${ARN}", not "`),
    ]);
  },
);
