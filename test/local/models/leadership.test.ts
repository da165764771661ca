import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Leadership, leadershipAt, majorityOf } from '../../../lib/local/models/leadership.js';

const TIMES = { electionMs: 10_000, returnMs: 3_000 };
const voters = (...there: readonly boolean[]) =>
  there.map((reachable, index) => ({ name: `n${index}`, reachable }));
const LEADS: Leadership = { kind: 'leads', leader: 'n0', since: 0 };

describe('leadershipAt', () => {
  it('keeps a leader that is there', () => {
    expect(leadershipAt(LEADS, voters(true, true, false), 50, TIMES)).toBe(LEADS);
  });

  it('elects another when the leader is lost, and takes its time', () => {
    const electing = leadershipAt(LEADS, voters(false, true, true), 1_000, TIMES);
    expect(electing).toEqual({ kind: 'electing', since: 1_000, until: 11_000 });
    expect(leadershipAt(electing, voters(false, true, true), 10_999, TIMES)).toEqual(electing);
    expect(leadershipAt(electing, voters(false, true, true), 60_000, TIMES)).toEqual({
      kind: 'leads',
      leader: 'n1',
      since: 11_000,
    });
  });

  it('lets the highest name win where the software does', () => {
    const electing: Leadership = { kind: 'electing', since: 0, until: 1 };
    expect(leadershipAt(electing, voters(false, true, true), 2, { ...TIMES, wins: 'highest' })).toMatchObject(
      {
        leader: 'n2',
      },
    );
  });

  it('is lost without a majority, even when the leader is there, and comes back with it', () => {
    const lost = leadershipAt(LEADS, voters(true, false, false), 500, TIMES);
    expect(lost).toEqual({ kind: 'lost', since: 500 });
    expect(leadershipAt(lost, voters(true, false, false), 900, TIMES)).toBe(lost);
    expect(leadershipAt(lost, voters(true, true, false), 1_000, TIMES)).toMatchObject({
      kind: 'electing',
      until: 4_000,
    });
  });

  it('never has a leader without a majority, nor one that is not there', () => {
    const steps = fc.array(
      fc.record({ ms: fc.nat(20_000), there: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }) }),
    );
    fc.assert(
      fc.property(steps, (moments) => {
        let now = 0;
        let leadership: Leadership = LEADS;
        for (const { ms, there } of moments) {
          now += ms;
          leadership = leadershipAt(leadership, voters(...there), now, TIMES);
          const here = voters(...there).filter(({ reachable }) => reachable);
          if (leadership.kind !== 'leads') continue;
          const { leader } = leadership;
          expect(here.length).toBeGreaterThanOrEqual(majorityOf(5));
          expect(here.map(({ name }) => name)).toContain(leader);
        }
      }),
    );
  });
});
