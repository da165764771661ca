import { describe, expect, it } from 'vitest';
import { explainChange, explainNew, rollingKeys } from '../../lib/core/explain-commit.js';
import type { Allocation } from '../../lib/core/group-spec.js';
import { configHash, logicalId } from '../../lib/core/ids.js';

const size = (n: number): Allocation => ({ kind: 'size', size: n });
const pets = (...ids: readonly string[]): Allocation => ({
  kind: 'logicalIds',
  logicalIds: ids.map(logicalId),
});
const explain = (from: Allocation, to: Allocation, outdated: number, upToDate: number) =>
  explainChange({ from, to, outdated, upToDate });

describe('plan strings of InfraKit', () => {
  it('names a new group by its size', () => {
    expect(explainNew(size(3))).toBe('Managing 3 instances');
    expect(explainNew(pets('a', 'b'))).toBe('Managing 2 instances');
    expect(explainNew(size(0))).toBe('Managing 0 instances');
  });

  it('is Noop when nothing changes (TestScalerPlanUpdateNoChanges, TestQuorumPlanUpdateNoChanges)', () => {
    expect(explain(size(1), size(1), 0, 1)).toBe('Noop');
    expect(explain(pets('a', 'b'), pets('a', 'b'), 0, 2)).toBe('Noop');
    expect(explain(pets('a', 'b'), pets('b', 'a'), 0, 2)).toBe('Noop');
  });

  it('rolls what is outdated (TestScalerPlanUpdateRollingUpdate, TestQuorumPlanUpdateRollingUpdate)', () => {
    expect(explain(size(1), size(1), 1, 0)).toBe('Performing a rolling update on 1 instances');
    expect(explain(pets('a', 'b'), pets('a', 'b'), 1, 1)).toBe('Performing a rolling update on 1 instances');
  });

  it('scales down (TestScalerPlanUpdateScaleDown)', () => {
    expect(explain(size(2), size(1), 0, 2)).toBe('Terminating 1 instances to reduce the group size to 1');
    expect(explain(size(3), size(1), 2, 1)).toBe('Terminating 2 instances to reduce the group size to 1');
    expect(explain(size(3), size(0), 0, 3)).toBe('Terminating 3 instances to reduce the group size to 0');
  });

  it('scales down, then rolls what is left (TestScalerPlanUpdateScaleDownRollingUpdate)', () => {
    expect(explain(size(2), size(1), 2, 0)).toBe(
      'Terminating 1 instances to reduce the group size to 1, then performing a rolling update on 1 instances',
    );
  });

  it('does not roll what is not there', () => {
    expect(explain(size(5), size(3), 0, 1)).toBe('Terminating 2 instances to reduce the group size to 3');
    expect(explain(size(5), size(3), 1, 1)).toBe(
      'Terminating 2 instances to reduce the group size to 3, then performing a rolling update on 1 instances',
    );
  });

  it('scales up (TestScalerPlanUpdateScaleUp)', () => {
    expect(explain(size(1), size(2), 0, 1)).toBe('Adding 1 instances to increase the group size to 2');
  });

  it('rolls, then scales up (TestScalerPlanUpdateScaleUpRollingUpdate, TestRollAndAdjustScale)', () => {
    expect(explain(size(3), size(8), 3, 0)).toBe(
      'Performing a rolling update on 3 instances, then adding 5 instances to increase the group size to 8',
    );
  });
});

describe('logical IDs that are exchanged', () => {
  it('are named, since the sizes hide them', () => {
    expect(explain(pets('a', 'b', 'c'), pets('a', 'b', 'd'), 0, 3)).toBe(
      'Exchanging logical IDs: terminating c, adding d',
    );
  });

  it('are named on a line of their own after InfraKit’s words', () => {
    expect(explain(pets('a', 'b'), pets('c', 'd', 'e'), 0, 2).split('\n')).toEqual([
      'Adding 1 instances to increase the group size to 3',
      'Exchanging logical IDs: terminating a, b, adding c, d, e',
    ]);
    expect(explain(pets('a', 'b', 'c'), pets('d'), 0, 3)).toMatch(
      /^Terminating 2 .*\n.*terminating a, b, c, adding d$/,
    );
    expect(explain(pets('a', 'b'), pets('a', 'c'), 2, 0)).toMatch(
      /^Performing a rolling update on 2 instances\n/,
    );
  });

  it('are not named when they are only added or only removed', () => {
    expect(explain(pets('a'), pets('a', 'b'), 0, 1)).toBe(
      'Adding 1 instances to increase the group size to 2',
    );
    expect(explain(pets('a', 'b'), pets('a'), 0, 2)).toBe(
      'Terminating 1 instances to reduce the group size to 1',
    );
  });
});

describe('rollingKeys', () => {
  const hashes = { from: configHash('v1'), to: configHash('v2') };
  const doc = (image: string, extra = {}) => ({
    Allocation: { Size: 3 },
    Instance: { Plugin: 'aws/ec2-instance', Properties: { RunInstancesInput: { ImageId: image }, ...extra } },
    Flavor: { Plugin: 'vanilla' },
  });

  it('names the properties of Instance and Flavor that differ', () => {
    expect(rollingKeys(doc('ami-1'), doc('ami-2', { Tags: { a: 'b' } }), hashes)).toEqual([
      'Instance.Properties.RunInstancesInput.ImageId',
      'Instance.Properties.Tags',
    ]);
    const flavored = { ...doc('ami-1'), Flavor: { Plugin: 'vanilla', Properties: { Init: ['x'] } } };
    expect(rollingKeys(doc('ami-1'), flavored, hashes)).toEqual(['Flavor.Properties']);
  });

  it('names none for the same hash, another order of keys, or another Allocation', () => {
    expect(rollingKeys(doc('ami-1'), doc('ami-2'), { from: hashes.from, to: hashes.from })).toEqual([]);
    const { Instance, Flavor } = doc('ami-1');
    expect(rollingKeys(doc('ami-1'), { Flavor, Instance, Allocation: { Size: 9 } }, hashes)).toEqual([]);
  });

  it('names at most ten', () => {
    const many = Object.fromEntries([...Array(15).keys()].map((n) => [`Key${n}`, n]));
    expect(rollingKeys(doc('ami-1'), doc('ami-1', many), hashes)).toHaveLength(10);
  });
});
