import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ElasticLoadBalancingV2ServiceException,
  HealthUnavailableException,
  InvalidTargetException,
  RegisterTargetsCommand,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { elbTargetGroups } from '../../lib/aws/elb-target-groups.js';
import { NotFoundError, ThrottledError, UnansweredError } from '../../lib/core/errors.js';
import { instanceId } from '../../lib/core/ids.js';

const client = new ElasticLoadBalancingV2Client({ region: 'eu-west-1' });
const elb = mockClient(client);
beforeEach(() => elb.reset());

const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef';
const ids = (count: number) => Array.from({ length: count }, (_, index) => instanceId(`i-${index}`));
const groups = () => elbTargetGroups(client);
const metadata = { $metadata: { httpStatusCode: 400 } };
const refusal = (name: string, status = 400) =>
  new ElasticLoadBalancingV2ServiceException({
    name,
    message: 'no',
    $fault: 'client',
    $metadata: { httpStatusCode: status },
  });

describe('elbTargetGroups', () => {
  it('registers and deregisters a hundred a call, each target once', async () => {
    elb.on(RegisterTargetsCommand).resolves({});
    elb.on(DeregisterTargetsCommand).resolves({});
    expect(await groups().register(ARN, [...ids(230), instanceId('i-0')])).toEqual(new Map());
    await groups().deregister(ARN, ids(2));
    const sizes = elb
      .commandCalls(RegisterTargetsCommand)
      .map((call) => call.args[0].input.Targets?.length ?? 0);
    expect(sizes).toEqual([100, 100, 30]);
    expect(elb.commandCalls(DeregisterTargetsCommand)[0]?.args[0].input).toEqual({
      TargetGroupArn: ARN,
      Targets: [{ Id: 'i-0' }, { Id: 'i-1' }],
    });
  });

  it('registers the others when one is not running, and says which was refused', async () => {
    elb.on(RegisterTargetsCommand).callsFake(({ Targets }) => {
      if (Targets.some(({ Id }: { Id: string }) => Id === 'i-1'))
        throw new InvalidTargetException({ message: 'i-1 is not in a running state', ...metadata });
      return {};
    });
    expect(await groups().register(ARN, ids(3))).toEqual(
      new Map([['i-1', 'InvalidTarget: i-1 is not in a running state']]),
    );
    const single = elb.commandCalls(RegisterTargetsCommand).map((call) => call.args[0].input.Targets);
    expect(single).toContainEqual([{ Id: 'i-2' }]);
  });

  it('deregisters the others when one is gone', async () => {
    elb.on(DeregisterTargetsCommand).rejects(new InvalidTargetException({ message: 'gone', ...metadata }));
    await groups().deregister(ARN, ids(2));
    expect(elb.commandCalls(DeregisterTargetsCommand)).toHaveLength(3);
  });

  it('reads the health of every target, on several ports as the first that is not healthy', async () => {
    elb.on(DescribeTargetHealthCommand).resolves({
      TargetHealthDescriptions: [
        { Target: { Id: 'i-1', Port: 80 }, TargetHealth: { State: 'healthy' } },
        {
          Target: { Id: 'i-1', Port: 81 },
          TargetHealth: { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'timed out' },
        },
        { Target: { Id: 'i-1', Port: 82 }, TargetHealth: { State: 'healthy' } },
        { Target: { Id: 'i-2' }, TargetHealth: { State: 'unhealthy.draining' } },
        { Target: { Id: 'i-3' }, TargetHealth: {} },
      ],
    });
    expect(await groups().health(ARN)).toEqual(
      new Map([
        ['i-1', { state: 'unhealthy', reason: 'Target.Timeout: timed out' }],
        ['i-2', { state: 'unhealthy', reason: '' }],
        ['i-3', { state: 'unavailable', reason: '' }],
      ]),
    );
  });

  it.each([
    ['no such target group', new TargetGroupNotFoundException({ message: 'x', ...metadata }), NotFoundError],
    ['throttling', refusal('Throttling'), ThrottledError],
    ['a throttling exception', refusal('ThrottlingException'), ThrottledError],
    ['an outage', refusal('ServiceUnavailable', 503), UnansweredError],
    ['a missing permission', refusal('AccessDenied', 403), UnansweredError],
    [
      'health that ELB cannot tell',
      new HealthUnavailableException({ message: 'x', ...metadata }),
      UnansweredError,
    ],
    ['a broken wire', Object.assign(new Error('x'), { name: 'TimeoutError' }), UnansweredError],
  ])('says %s in our words', async (_, thrown, expected) => {
    elb.on(DescribeTargetHealthCommand).rejects(thrown);
    elb.on(RegisterTargetsCommand).rejects(thrown);
    elb.on(DeregisterTargetsCommand).rejects(thrown);
    await expect(groups().health(ARN)).rejects.toThrow(expected);
    await expect(groups().register(ARN, ids(1))).rejects.toThrow(expected);
    await expect(groups().deregister(ARN, ids(1))).rejects.toThrow(expected);
  });

  it('names the target group that does not exist', async () => {
    elb
      .on(DescribeTargetHealthCommand)
      .rejects(new TargetGroupNotFoundException({ message: 'x', ...metadata }));
    await expect(groups().health(ARN)).rejects.toThrow(`no target group "${ARN}"`);
  });
});
