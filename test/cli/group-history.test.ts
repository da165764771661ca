import { describe, expect, it } from 'vitest';
import type { RevisionView } from '../../lib/app/api-types.js';
import { HASH } from './views.js';
import { documentOf, run, widest } from './world.js';

const revision = (more: Partial<RevisionView>): RevisionView => ({
  Revision: 1,
  ConfigHash: HASH,
  At: '2026-11-20T08:00:00.000Z',
  Origin: 'api',
  Current: false,
  Steady: false,
  ...more,
});

const rollout = (Status: string, Replaced: number) => ({
  Status,
  Reason: 'as it went',
  From: 1,
  Replaced,
  Total: 10,
  StartedAt: '2026-11-22T08:30:05Z',
});

const answers = {
  'Group.History': () => ({
    ID: 'web',
    Revisions: [
      revision({
        Revision: 3,
        At: '2026-11-22T08:30:00Z',
        Origin: 'groups/web.json',
        Current: true,
        Rollout: rollout('paused', 4),
      }),
      revision({ Revision: 2, Steady: true, Rollout: rollout('succeeded', 10) }),
      revision({}),
    ],
  }),
};

describe('holdfast group history', () => {
  it('lists revisions and what became of their rollouts', async () => {
    const ran = await run('group history web', { answers });
    expect(ran.out).toBe(
      [
        'REVISION  COMMITTED (UTC)      HASH      BY               OUTCOME',
        '       3  2026-11-22 08:30:00  k7m2x4qp  groups/web.json  current, paused at 4',
        '                                                          of 10',
        '       2  2026-11-20 08:00:00  k7m2x4qp  api              last finished,',
        '                                                          succeeded',
        '       1  2026-11-20 08:00:00  k7m2x4qp  api',
        '',
      ].join('\n'),
    );
    expect(widest(ran.out)).toBeLessThanOrEqual(80);
  });

  it('prints them with --json', async () => {
    const ran = await run('group history web --json', { answers });
    expect(documentOf(ran)).toMatchObject({
      id: 'web',
      revisions: [
        { revision: 3, current: true, rollout: { status: 'paused', replaced: 4, total: 10, from: 1 } },
        { revision: 2, steady: true },
        { revision: 1, steady: false },
      ],
    });
  });
});
