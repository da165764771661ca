import { describe, expect, it } from 'vitest';
import type { GroupView, RolloutView } from '../../lib/app/api-types.js';
import { groupView, instanceView, rolloutView } from './views.js';
import { documentOf, run } from './world.js';

/** Answers with one view after the other, then with the last for ever. */
const oneByOne = (views: readonly GroupView[]) => {
  let asked = 0;
  return {
    'Group.DescribeGroup': () => {
      const view = views[Math.min(asked, views.length - 1)];
      asked += 1;
      if (view === undefined) throw new Error('no view');
      return view;
    },
  };
};

const updating = (more: Partial<RolloutView>, group: Partial<GroupView> = {}) =>
  groupView({ Converged: false, Rollout: rolloutView(more), ...group });

const done = groupView({ Rollout: rolloutView({ Status: 'succeeded', Replaced: 3 }) });

describe('holdfast group wait during a rollout', () => {
  it('says how much is new, old and failed, what is under way, what it waits for and until when', async () => {
    const first = updating(
      { Replaced: 0, Phase: 'canary', WaitsFor: 'i-2 to be healthy', Until: '2026-11-22T12:05:00.000Z' },
      {
        Instances: [
          instanceView({ UpToDate: false }),
          instanceView({ ID: 'i-2', Health: 'unknown', Proving: true }),
          instanceView({ ID: 'i-3', UpToDate: false }),
        ],
        OpenOrders: [
          { Kind: 'drain', Reason: 'outdated', Since: '2026-11-22T11:59:00Z', Instance: 'i-3' },
          { Kind: 'launch', Reason: '2 missing', Since: '2026-11-22T11:59:00Z', Count: 2 },
        ],
      },
    );
    const ran = await run('group wait web', {
      answers: oneByOne([first, first, updating({ Failures: 2 }), done]),
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.err).toBe(
      [
        'web: updating, revision 3 to 4: 0 of 3 new, 2 old; canary (1 ending, 2 launching, 1 being proved); ' +
          'waits: i-2 to be healthy until 2026-11-22 12:05:00 UTC',
        'web: updating, revision 3 to 4: 1 of 3 new, 0 old, 2 failed; rolling',
        '',
      ].join('\n'),
    );
    expect(ran.took).toBe(3_000);
  });

  it('shows it on one line that changes on a terminal', async () => {
    const ran = await run('group wait web', {
      tty: true,
      answers: oneByOne([updating({}), updating({ Replaced: 2 }), done]),
    });
    expect(ran.err).toBe('');
    expect(ran.spun).toEqual([
      'web: updating, revision 3 to 4: 1 of 3 new, 0 old; rolling',
      'web: updating, revision 3 to 4: 2 of 3 new, 0 old; rolling',
      '(stopped)',
    ]);
  });

  it.each([
    ['paused', 'is paused'],
    ['stopped', 'is stopped'],
    ['failed', 'failed'],
    ['rolled-back', 'failed'],
  ])('ends with 3 when it is %s', async (Status, words) => {
    const views = [updating({}), updating({ Status, Reason: '2 failed' })];
    const ran = await run('group wait web', { answers: oneByOne(views) });
    expect(ran.exitCode).toBe(3);
    expect(ran.err).toContain(
      `error: the update of group "web" from revision 3 to 4 ${words}: 2 failed (1 of 3 replaced)\n`,
    );
    const inJson = await run('group wait web --json', { answers: oneByOne(views) });
    expect(documentOf(inJson)).toMatchObject({ error: { code: 'UpdateFailed' } });
    expect(inJson.exitCode).toBe(3);
  });

  it('ends with 3 when the group is whole again because it was rolled back', async () => {
    const back = groupView({ Rollout: rolloutView({ Status: 'rolled-back', IsRollback: true }) });
    expect((await run('group wait web', { answers: oneByOne([back]) })).exitCode).toBe(3);
  });

  it('ends with 0 when a rollback that a user commanded has succeeded', async () => {
    const back = groupView({ Rollout: rolloutView({ Status: 'succeeded', IsRollback: true }) });
    expect((await run('group wait web', { answers: oneByOne([back]) })).exitCode).toBe(0);
  });

  it.each(['failed', 'paused', 'rolled-back'])(
    'does not take an update to an older revision that is %s for this one',
    async (Status) => {
      const ran = await run('group wait web', { answers: oneByOne([updating({ Status, To: 3 }), done]) });
      expect(ran.exitCode).toBe(0);
    },
  );

  it.each(['running', 'rolling-back'])('goes on while it is %s', async (Status) => {
    const ran = await run('group wait web', { answers: oneByOne([updating({ Status }), done]) });
    expect(ran.exitCode).toBe(0);
  });

  it('keeps waiting for an approval, says how to give it, and times out with 4', async () => {
    const waiting = updating({ Status: 'paused', AwaitsApproval: true, Phase: 'checkpoint' });
    const ran = await run('group wait web', { answers: oneByOne([waiting, done]) });
    expect(ran.exitCode).toBe(0);
    expect(ran.err).toBe(
      'web: waits for approval, revision 3 to 4: 1 of 3 new, 0 old; checkpoint; ' +
        'approve it with: holdfast group approve web\n',
    );
    const late = await run('group wait web --timeout 5s', { answers: oneByOne([waiting]) });
    expect(late.exitCode).toBe(4);
    expect(late.err).toContain('waits for approval');
  });
});
