import { describe, expect, it } from 'vitest';
import { explainChange, explainNew } from '../../lib/core/explain-commit.js';
import type { Allocation } from '../../lib/core/group-spec.js';
import { logicalId } from '../../lib/core/ids.js';

const size = (n: number): Allocation => ({ kind: 'size', size: n });
const pets = (...ids: readonly string[]): Allocation => ({
  kind: 'logicalIds',
  logicalIds: ids.map(logicalId),
});
const change = (from: number, to: number, outdated: number): string =>
  explainChange({ from: size(from), to: size(to), outdated, upToDate: from - outdated });

describe("the plans of InfraKit's scaler", () => {
  it('TestScalerPlanUpdateNoChanges: the same size and config are a Noop', () => {
    expect(change(3, 3, 0)).toBe('Noop');
    expect(explainNew(size(3))).toBe('Managing 3 instances');
  });

  it('TestScalerPlanUpdateRollingUpdate: it rolls as many as are outdated', () => {
    expect(change(3, 3, 3)).toBe('Performing a rolling update on 3 instances');
    expect(change(3, 3, 1)).toBe('Performing a rolling update on 1 instances');
  });

  it('TestScalerPlanUpdateScaleDown: it terminates, and rolls nothing that is up to date', () => {
    expect(change(3, 1, 0)).toBe('Terminating 2 instances to reduce the group size to 1');
    expect(change(3, 1, 2)).toBe('Terminating 2 instances to reduce the group size to 1');
  });

  it('TestScalerPlanUpdateScaleDownRollingUpdate: it terminates, then rolls the rest', () => {
    expect(change(3, 1, 3)).toBe(
      'Terminating 2 instances to reduce the group size to 1, then performing a rolling update on 1 instances',
    );
  });

  it('TestScalerPlanUpdateScaleUp: it adds', () => {
    expect(change(3, 8, 0)).toBe('Adding 5 instances to increase the group size to 8');
  });

  it('TestScalerPlanUpdateScaleUpRollingUpdate: it rolls, then adds', () => {
    expect(change(3, 8, 3)).toBe(
      'Performing a rolling update on 3 instances, then adding 5 instances to increase the group size to 8',
    );
  });
});

describe("the plans of InfraKit's quorum", () => {
  const from = pets('one', 'two', 'three');

  it('TestQuorumPlanUpdateNoChanges: the same logical IDs and config are a Noop', () => {
    expect(explainChange({ from, to: from, outdated: 0, upToDate: 3 })).toBe('Noop');
  });

  it('TestQuorumPlanUpdateRollingUpdate: it rolls the one whose config differs', () => {
    expect(explainChange({ from, to: from, outdated: 1, upToDate: 1 })).toBe(
      'Performing a rolling update on 1 instances',
    );
  });

  // InfraKit refuses every change of logical IDs; here members come and go one at a time, and the plan names them.
  it('TestQuorumPlanUpdateLogicalIDChange: it exchanges members instead of refusing', () => {
    const to = pets('one', 'two', 'four');
    expect(explainChange({ from, to, outdated: 0, upToDate: 3 })).toBe(
      'Exchanging logical IDs: terminating three, adding four',
    );
  });
});
