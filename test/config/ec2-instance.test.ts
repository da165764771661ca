import { describe, expect, it } from 'vitest';
import { ec2Pools, instancePlugin, userDataIssue } from '../../lib/config/ec2-instance.js';
import { addressIssues, revisionOf } from '../../lib/config/revision-of.js';
import { InvalidInputError } from '../../lib/core/errors.js';
import { declaredSize, type Pins, type Subnet } from '../../lib/core/group-spec.js';
import { groupId, logicalId, specHash } from '../../lib/core/ids.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { vanilla } from '../../lib/flavors/vanilla.js';
import { goodProperties } from './group-text.js';

const SUBNETS: readonly Subnet[] = [
  { id: 'subnet-1', zone: 'eu-west-1a', cidr: '10.0.1.0/24' },
  { id: 'subnet-2', zone: 'eu-west-1b', cidr: '10.0.2.0/24' },
];
const pins: Pins = { images: {}, subnets: SUBNETS };
const noPins: Pins = { images: {}, subnets: [] };

describe('ec2Pools', () => {
  it('lists for each type each subnet, with its zone and range', () => {
    const properties = {
      RunInstancesInput: {},
      Subnets: ['subnet-1', 'subnet-2'],
      InstanceTypes: ['t3.small', 'm5.large'],
    };
    expect(ec2Pools(properties, pins)).toEqual([
      { instanceType: 't3.small', subnet: 'subnet-1', zone: 'eu-west-1a', cidr: '10.0.1.0/24' },
      { instanceType: 't3.small', subnet: 'subnet-2', zone: 'eu-west-1b', cidr: '10.0.2.0/24' },
      { instanceType: 'm5.large', subnet: 'subnet-1', zone: 'eu-west-1a', cidr: '10.0.1.0/24' },
      { instanceType: 'm5.large', subnet: 'subnet-2', zone: 'eu-west-1b', cidr: '10.0.2.0/24' },
    ]);
  });

  it.each([
    ['EC2 chooses', { RunInstancesInput: { ImageId: 'ami-0abc' } }, [{}]],
    [
      'one subnet',
      { RunInstancesInput: { SubnetId: 'subnet-2' } },
      [{ subnet: 'subnet-2', zone: 'eu-west-1b', cidr: '10.0.2.0/24' }],
    ],
    [
      'a zone',
      { RunInstancesInput: { Placement: { AvailabilityZone: 'eu-west-1c' } } },
      [{ zone: 'eu-west-1c' }],
    ],
    [
      'the subnet of an interface',
      { RunInstancesInput: { NetworkInterfaces: [{ SubnetId: 'subnet-1' }] } },
      [{ subnet: 'subnet-1', zone: 'eu-west-1a', cidr: '10.0.1.0/24' }],
    ],
  ])('gives one pool when %s', (_, properties, expected) => {
    expect(ec2Pools(properties, pins)).toEqual(expected);
  });

  it('does without facts that were not pinned', () => {
    expect(ec2Pools({ RunInstancesInput: { SubnetId: 'subnet-9' } }, noPins)).toEqual([
      { subnet: 'subnet-9' },
    ]);
  });
});

describe('addressIssues', () => {
  const issues = (...ids: string[]) => addressIssues(ids.map(logicalId), SUBNETS);

  it('accepts addresses in the subnets and names that are no addresses', () => {
    expect(issues('10.0.1.4', '10.0.2.254', 'zk-1')).toEqual([]);
  });

  it('refuses reserved addresses and those outside every subnet', () => {
    expect(issues('10.0.1.3', '10.0.3.9')).toEqual([
      {
        path: 'Allocation.LogicalIDs[0]',
        message: 'AWS reserves "10.0.1.3" in subnet-1 (10.0.1.0/24); take another address',
      },
      {
        path: 'Allocation.LogicalIDs[1]',
        message:
          'must be an address in one of the group\'s subnets (subnet-1 10.0.1.0/24, subnet-2 10.0.2.0/24), not "10.0.3.9"',
      },
    ]);
  });

  it('says nothing when no range is known', () => {
    expect(addressIssues([logicalId('10.0.9.9')], [])).toEqual([]);
  });
});

describe('revisionOf', () => {
  const identity = { number: 4, specHash: specHash('abc') };

  it('parses what is stored and finds the pools', () => {
    const stored = { id: groupId('web'), properties: goodProperties(), pins: noPins };
    const revision = revisionOf(stored, identity, flavorRegistry());
    expect(revision).toMatchObject({ number: 4, specHash: 'abc', pools: [{}], properties: goodProperties() });
    expect(revision.spec.allocation).toEqual({ kind: 'size', size: 3 });
  });

  it('names the target groups, and the quorum that the flavor forms', () => {
    const TargetGroupARNs = [
      'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/73e2d6bc24d8a067',
    ];
    const properties = {
      ...goodProperties(),
      Instance: {
        Plugin: 'aws/ec2-instance',
        Properties: { RunInstancesInput: { ImageId: 'ami-0abc' }, TargetGroupARNs },
      },
    };
    const stored = { id: groupId('web'), properties, pins: noPins };
    const plain = revisionOf({ ...stored, properties: goodProperties() }, identity, flavorRegistry());
    expect(plain.targetGroups).toBeUndefined();
    expect(plain.quorum).toBeUndefined();
    const quorate = flavorRegistry([
      { ...vanilla, quorum: (_, allocation) => ({ majorityOf: declaredSize(allocation) }) },
    ]);
    const revision = revisionOf(stored, identity, quorate);
    expect(revision).toMatchObject({ targetGroups: TargetGroupARNs, quorum: { majorityOf: 3 } });
    expect(revision.spec.configHash).toBe(plain.spec.configHash);
  });

  it('throws every mistake when it no longer accepts what is stored', () => {
    const stored = { id: groupId('web'), properties: { Allocation: { Size: 1 } }, pins: noPins };
    expect(() => revisionOf(stored, identity, flavorRegistry())).toThrow(InvalidInputError);
  });
});

it('userDataIssue allows 16,384 bytes and no more', () => {
  expect(userDataIssue(16_384)).toBeUndefined();
  expect(userDataIssue(16_385)).toBe(
    'user data must be at most 16384 bytes, not 16385; fetch the rest from elsewhere at boot',
  );
});

it.each([
  ['aws/ec2-instance', 'aws/ec2-instance'],
  ['instance-aws', 'aws/ec2-instance'],
  ['instance-aws/ec2-instance', 'aws/ec2-instance'],
  ['aws/ec2-spot-instance', undefined],
])('instancePlugin finds %s as %s', (name, canonical) => {
  expect(instancePlugin(name)).toBe(canonical);
});
