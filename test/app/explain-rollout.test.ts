import { describe, expect, it } from 'vitest';
import { explainRollout } from '../../lib/app/explain-rollout.js';
import type { RolloutStatus } from '../../lib/core/rollout.js';
import { sampleRollout } from '../contract/rollout-store-contract.js';
import { type Declared, groupOf, revisionOf, V1, V2 } from '../core/planner-samples.js';

const rollout = (status: RolloutStatus) =>
  sampleRollout({ status, from: 3, to: 4, replaced: 5, total: 10, configHash: V1 });

/** Commits a revision during a rollout to V1. */
const during = (status: RolloutStatus, declared: Declared = {}, more: { rollsAnew?: boolean } = {}) =>
  explainRollout({
    record: groupOf({ rollout: rollout(status) }),
    revision: revisionOf(declared),
    rollsAnew: more.rollsAnew ?? declared.hash === V2,
    changed: true,
    outdated: 0,
  });

const alone = (declared: Declared, outdated: number) =>
  explainRollout({
    record: groupOf(),
    revision: {
      ...revisionOf(declared),
      ...(declared.quorum === undefined ? {} : { quorum: { majorityOf: declared.quorum } }),
    },
    rollsAnew: true,
    changed: true,
    outdated,
  });

describe('explainRollout', () => {
  it.each(['running', 'rolling-back', 'paused', 'stopped', 'failed'] as const)(
    'says that another config supersedes a rollout that is %s',
    (status) => {
      expect(during(status, { hash: V2 })).toEqual([
        'Supersedes the rollout from revision 3 to 4 (5 of 10 replaced)',
      ]);
    },
  );

  it('says that a restart supersedes a rollout to the same config', () => {
    expect(during('running', {}, { rollsAnew: true })[0]).toMatch(/^Supersedes/);
  });

  it('says that a rollout to the same config goes on, or stays as it is held', () => {
    expect(during('running')).toEqual(['The rollout from revision 3 to 4 goes on under this revision']);
    expect(during('paused')).toEqual(['The rollout from revision 3 to 4 stays paused under this revision']);
  });

  it('says that an opportunistic strategy stops it', () => {
    expect(during('running', { updating: { strategy: 'opportunistic' } })).toEqual([
      'Stops the rollout from revision 3 to 4 (5 of 10 replaced)',
    ]);
  });

  it.each(['succeeded', 'superseded', 'rolled-back'] as const)('is silent of one that is %s', (status) => {
    expect(during(status, { hash: V2 })).toEqual([]);
  });

  it('does not claim a roll that an opportunistic strategy leaves undone', () => {
    expect(alone({ updating: { strategy: 'opportunistic' } }, 3)).toEqual([
      'Strategy is opportunistic: 3 instances stay as they are until they are replaced for another reason',
    ]);
  });

  it('says that a quorum of one or two waits for AllowQuorumLoss', () => {
    expect(alone({ quorum: 2 }, 2)).toEqual([
      'A quorum of 2 cannot lose a member: it rolls only with Updating.AllowQuorumLoss',
    ]);
    expect(alone({ quorum: 2 }, 0)).toEqual([]);
    expect(alone({ quorum: 3 }, 3)).toEqual([]);
    expect(alone({ quorum: 2, updating: { allowQuorumLoss: true } }, 2)).toEqual([]);
  });
});
