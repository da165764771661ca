import { describe, expect, it } from 'vitest';
import { majorityOf, quorumRefusal } from '../../lib/core/quorum.js';
import { revisionOf } from './planner-samples.js';

const refusal = (quorum: number, left: number, allowQuorumLoss = false) =>
  quorumRefusal(revisionOf({ pets: ['a'], quorum, updating: { allowQuorumLoss } }), left);

describe('majorityOf', () => {
  it('is more than half of the list', () => {
    expect([1, 2, 3, 4, 5, 7].map(majorityOf)).toEqual([1, 2, 2, 3, 3, 4]);
  });
});

describe('quorumRefusal', () => {
  it('lets members go while a majority stays', () => {
    expect(refusal(3, 2)).toBeUndefined();
    expect(refusal(5, 3)).toBeUndefined();
    expect(quorumRefusal(revisionOf({ pets: ['a'] }), 0)).toBeUndefined();
  });

  it('defers below the majority, whatever the operator allows', () => {
    const why = '1 of 3 would be reachable, fewer than the majority of 2';
    expect(refusal(3, 1)).toEqual({ kind: 'deferred', why });
    expect(refusal(3, 1, true)).toEqual({ kind: 'deferred', why });
  });

  it('blocks a quorum of one or two until an operator allows its loss', () => {
    const why = 'a quorum of 2 cannot lose a member: allow it with Updating.AllowQuorumLoss';
    expect(refusal(2, 1)).toEqual({ kind: 'blocked', why });
    expect(refusal(1, 0)?.kind).toBe('blocked');
    expect(refusal(2, 1, true)).toBeUndefined();
    expect(refusal(1, 0, true)).toBeUndefined();
  });
});
