import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeSpans, tableRows } from '../architecture/documented.js';
import { ROOT } from '../architecture/source-files.js';

/** Every test of InfraKit's group controller. */
const SUITE = `
  TestValidateNoGroupID
  TestValidateNoAllocations
  TestValidateMultipleAllocations
  TestValidateMultipleUpdating
  TestInvalidGroupCalls
  TestNoSideEffectsFromPretendCommit
  TestNoopUpdate
  TestRollingUpdate
  TestExternalManagedRollingUpdate
  TestRollingUpdateUpdatingCount
  TestRollingUpdateUpdatingDuration
  TestRollingUpdateDestroyError
  TestLeaderSelfRollingUpdate
  TestRollingUpdateNoDrain
  TestRollAndAdjustScale
  TestScaleIncrease
  TestScaleDecrease
  TestFreeGroup
  TestFreeGroupWhileConverging
  TestDestroyGroup
  TestDestroyGroupSelfLast
  TestSuperviseQuorum
  TestUpdateCompletes
  TestInstanceAndFlavorChange
  TestFlavorChange
  TestUpdateFailsWhenInstanceIsUnhealthy
  TestScaleUp
  TestBufferScaleUp
  TestScaleDown
  TestBufferScaleDown
  TestLabel
  TestFailToLabel
  TestFailToList
  TestScalerPlanUpdateNoChanges
  TestScalerPlanUpdateRollingUpdate
  TestScalerPlanUpdateScaleDown
  TestScalerPlanUpdateScaleDownRollingUpdate
  TestScalerPlanUpdateScaleUp
  TestScalerPlanUpdateScaleUpRollingUpdate
  TestQuorumOK
  TestRestoreQuorum
  TestRemoveUnknown
  TestQuorumPlanUpdateNoChanges
  TestQuorumPlanUpdateRollingUpdate
  TestQuorumPlanUpdateLogicalIDChange
  TestDestroyInstanceDestroyError
  TestDestroyRollingUpdateNoError
  TestDestroyRollingUpdateDrainError
  TestDestroyRollingUpdateSkipDrain
  TestDestroyTerminateSkipDrain
  TestIsSkipDrain
  TestDestroyTerminateDrainError
  TestHealth
  TestHealthError
  TestLabelEmpty
  TestLabelAllLabelled
  TestLabelOneUnlabelled
  TestLabelError
  TestUnableToLabel
  TestExceedsHealthyThresholdNoNewInsts
  TestExceedsHealthyThresholdDefaults
  TestExceedsHealthyThresholdCount
  TestExceedsHealthyThresholdDuration
  TestSortByID
  TestAsController
  TestAsController2
  TestAsControllerDescribe
  TestAsControllerFree
  TestInstanceHash
`
  .trim()
  .split(/\s+/);

const rows = tableRows(readFileSync(join(ROOT, 'docs/infrakit-suite.md'), 'utf8')).filter(
  (cells) => cells.length === 4,
);
const fileOf = (cell: string): string | undefined => {
  const link = /\]\(([^)]+)\)/.exec(cell)?.[1];
  return link === undefined ? undefined : relative(ROOT, join(ROOT, 'docs', link));
};

describe("the table of InfraKit's suite", () => {
  it('has a row for each of its tests, once', () => {
    expect(rows.flatMap(([first = '']) => codeSpans(first)).sort()).toEqual([...SUITE].sort());
  });

  it('says why, where ours differs or has no test', () => {
    for (const [name, where = '', verdict = '', why = ''] of rows)
      if (verdict.trim() === 'differs' || where.trim() === 'none')
        expect([name, why.trim()]).not.toEqual([name, '']);
  });

  it('names files that exist, and those of this folder name the test', () => {
    for (const [name = '', where = ''] of rows) {
      const file = fileOf(where);
      if (file === undefined) continue;
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
      if (!file.startsWith('test/infrakit/')) continue;
      const [test = ''] = codeSpans(name);
      expect([file, test, readFileSync(join(ROOT, file), 'utf8').includes(test)]).toEqual([file, test, true]);
    }
  });
});
