import { describe, expect, it } from 'vitest';
import type { Committed } from '../../lib/app/api-types.js';
import { ApiError, documentOf, requestIds, run } from './world.js';

const committed = (Plan: string): Committed => ({
  ID: 'web',
  Plan,
  Changed: true,
  Destroys: 0,
  Warnings: [],
});

describe('holdfast group destroy', () => {
  const answers = { 'Group.Destroy': () => ({ ID: 'web', Instances: 3 }) };

  it('needs --yes where nobody can be asked, and sends nothing without', async () => {
    const ran = await run('group destroy web', { answers });
    expect(ran.exitCode).toBe(1);
    expect(ran.err).toContain('give --yes to go on');
    expect(ran.sent).toEqual([]);
    const inJson = await run('group destroy web --json', { answers });
    expect(documentOf(inJson)).toMatchObject({ error: { code: 'ConfirmationNeeded' } });
  });

  it('asks on a terminal, naming the group and the target', async () => {
    const ran = await run('group destroy web', { answers, types: ['y'] });
    expect(ran.asked).toEqual([
      'group "web" on local cloud at http://127.0.0.1:4580 and all its instances will\nbe destroyed\nGo on? [y/N] ',
    ]);
    expect(ran.out).toBe('Destroy web initiated: 3 instances\n');
  });

  it('sends nothing when the answer is no', async () => {
    const ran = await run('group destroy web', { answers, types: ['n'] });
    expect(ran.exitCode).toBe(1);
    expect(ran.sent).toEqual([]);
  });

  it('goes ahead with --yes', async () => {
    const ran = await run('group destroy web --yes --json', { answers });
    expect(documentOf(ran)).toEqual({ id: 'web', instances: 3 });
    expect(ran.sent[0]?.params).toMatchObject({ ID: 'web', RequestId: expect.any(String) });
  });
});

describe('holdfast group destroy-instance --shrink beyond the budget', () => {
  const line = 'group destroy-instance web i-1 i-2 --shrink';
  const answers = {
    'Group.ReplaceInstances': ({ Confirm }: { Confirm?: boolean }) => {
      if (!Confirm) throw new ApiError('ConfirmationNeeded', 'this ends 2 instances at once; budget is 1');
      return committed('Terminating 2 instances');
    },
  };

  it('is asked about on a terminal, and sent again with Confirm and a fresh request id', async () => {
    const ran = await run(line, { answers, types: ['y'] });
    expect(ran.asked).toEqual(['this ends 2 instances at once; budget is 1\nGo on? [y/N] ']);
    expect(ran.sent.map(({ params }) => params.Confirm)).toEqual([undefined, true]);
    expect(new Set(requestIds(ran)).size).toBe(2);
    expect(ran.out).toBe('Destroying i-1, i-2 of group web\n  Terminating 2 instances\n');
  });

  it('destroys nothing when the answer is no, or when nobody can be asked', async () => {
    for (const ran of [await run(line, { answers, types: ['n'] }), await run(line, { answers })]) {
      expect(ran.exitCode).toBe(1);
      expect(ran.sent.map(({ params }) => params.Confirm)).toEqual([undefined]);
    }
    expect((await run(line, { answers })).err).toContain('give --yes to go on');
  });

  it('is confirmed from the start by --yes', async () => {
    const ran = await run(`${line} --yes`, { answers });
    expect(ran.exitCode).toBe(0);
    expect(ran.sent.map(({ params }) => params)).toEqual([
      { ID: 'web', Instances: ['i-1', 'i-2'], Shrink: true, RequestId: 'id-1', Confirm: true },
    ]);
  });
});

/** What each line sends (without its request id), and what it prints. */
const LINES = [
  {
    line: 'group unwatch web',
    answers: { 'Group.Unwatch': () => ({ ID: 'web' }) },
    sent: { ID: 'web' },
    out: 'Freed web\n',
    json: { id: 'web' },
  },
  {
    line: 'group free web',
    answers: { 'Group.Unwatch': () => ({ ID: 'web' }) },
    sent: { ID: 'web' },
    out: 'Freed web\n',
    json: { id: 'web' },
  },
  {
    line: 'group stop-update web',
    answers: { 'Group.StopUpdate': () => ({ ID: 'web' }) },
    sent: { ID: 'web' },
    out: 'Stopped updating web\n',
    json: { id: 'web' },
  },
  {
    line: 'group resume web',
    answers: { 'Group.Resume': () => ({ ID: 'web', Approved: false }) },
    sent: { ID: 'web' },
    out: 'Resumed updating web\n',
    json: { id: 'web', approved: false },
  },
  {
    line: 'group approve web',
    answers: { 'Group.Resume': () => ({ ID: 'web', Approved: true }) },
    sent: { ID: 'web' },
    out: 'Approved the update of web\n',
    json: { id: 'web', approved: true },
  },
  {
    line: 'group rollback web 3',
    answers: { 'Group.Rollback': () => committed('Noop\nrollback to revision 3') },
    sent: { ID: 'web', Revision: 3 },
    out: 'Committed web: Noop\n  rollback to revision 3\n',
    json: {
      groups: [{ id: 'web', plan: 'Noop\nrollback to revision 3', changed: true, destroys: 0, warnings: [] }],
    },
  },
  {
    line: 'group restart web',
    answers: { 'Group.Restart': () => committed('Performing a rolling update on 3 instances') },
    sent: { ID: 'web' },
    out: 'Committed web: Performing a rolling update on 3 instances\n',
    json: {
      groups: [
        {
          id: 'web',
          plan: 'Performing a rolling update on 3 instances',
          changed: true,
          destroys: 0,
          warnings: [],
        },
      ],
    },
  },
  {
    line: 'group destroy-instance web i-1 i-2',
    answers: { 'Group.ReplaceInstances': () => committed('Draining 2 instances') },
    sent: { ID: 'web', Instances: ['i-1', 'i-2'] },
    out: 'Replacing i-1, i-2 of group web\n  Draining 2 instances\n',
    json: {
      id: 'web',
      plan: 'Draining 2 instances',
      changed: true,
      destroys: 0,
      warnings: [],
      instances: ['i-1', 'i-2'],
      shrink: false,
    },
  },
  {
    line: 'group destroy-instance web i-1 --shrink',
    answers: { 'Group.ReplaceInstances': () => committed('Terminating 1 instances') },
    sent: { ID: 'web', Instances: ['i-1'], Shrink: true },
    out: 'Destroying i-1 of group web\n  Terminating 1 instances\n',
    json: {
      id: 'web',
      plan: 'Terminating 1 instances',
      changed: true,
      destroys: 0,
      warnings: [],
      instances: ['i-1'],
      shrink: true,
    },
  },
  {
    line: 'group repair web --override-breaker 30m',
    answers: { 'Group.OverrideBreaker': () => ({ ID: 'web', Until: '2026-11-22T12:30:00.000Z' }) },
    sent: { ID: 'web', For: '30m' },
    out: 'Breaker of web overridden until 2026-11-22 12:30:00 UTC\n',
    json: { id: 'web', until: '2026-11-22T12:30:00.000Z' },
  },
  {
    line: 'freeze web --reason incident --for 2h',
    answers: { 'Group.Freeze': () => ({ Groups: ['web'], Until: '2026-11-22T14:00:00Z' }) },
    sent: { ID: 'web', Reason: 'incident', For: '2h' },
    out: 'Froze web until 2026-11-22 14:00:00 UTC\n',
    json: { groups: ['web'], until: '2026-11-22T14:00:00Z' },
  },
  {
    line: 'freeze --reason incident',
    answers: { 'Group.Freeze': () => ({ Groups: ['db', 'web'] }) },
    sent: { Reason: 'incident' },
    out: 'Froze the whole fleet (db, web) until thawed\n',
    json: { groups: ['db', 'web'] },
  },
  {
    line: 'thaw',
    answers: { 'Group.Thaw': () => ({ Groups: [] }) },
    sent: {},
    out: 'Thawed the whole fleet (no groups)\n',
    json: { groups: [] },
  },
  {
    line: 'thaw web',
    answers: { 'Group.Thaw': () => ({ Groups: ['web'] }) },
    sent: { ID: 'web' },
    out: 'Thawed web\n',
    json: { groups: ['web'] },
  },
  {
    line: 'instance destroy i-1 i-2 --reason left-over',
    answers: { 'Instance.Destroy': () => ({ Destroyed: ['i-1', 'i-2'] }) },
    sent: { IDs: ['i-1', 'i-2'], Reason: 'left-over' },
    out: 'Destroyed i-1\nDestroyed i-2\n',
    json: { destroyed: ['i-1', 'i-2'] },
  },
] as const;

describe.each(LINES)('holdfast $line', ({ line, answers, sent, out, json }) => {
  it('sends what was meant with a request id, names its target, and says what was done', async () => {
    const ran = await run(line, { answers });
    expect(ran.sent.map(({ params }) => params)).toEqual([{ ...sent, RequestId: 'id-1' }]);
    expect(ran.out).toBe(out);
    expect(ran.err).toBe('target: local cloud at http://127.0.0.1:4580\n');
    expect(ran.exitCode).toBe(0);
  });

  it('prints one document with --json', async () => {
    expect(documentOf(await run(`${line} --json`, { answers }))).toEqual(json);
  });
});

describe('holdfast group rollback', () => {
  it('only pretends when asked to, and names no target', async () => {
    const answers = { 'Group.Rollback': () => committed('Noop') };
    const ran = await run('group rollback web --pretend', { answers });
    expect(ran.sent.map(({ params }) => params)).toEqual([{ ID: 'web', Pretend: true }]);
    expect(ran.out).toBe('Committing web would involve: Noop\n');
    expect(ran.err).toBe('');
  });

  it('is confirmed by --yes when it ends many at once', async () => {
    const answers = { 'Group.Rollback': () => committed('Noop') };
    const ran = await run('group rollback web --yes', { answers });
    expect(ran.sent[0]?.params).toEqual({ ID: 'web', RequestId: 'id-1', Confirm: true });
  });

  it.each(['0', 'two', '-1', '1.5'])('refuses "%s" as a revision', async (wrong) => {
    const ran = await run(['group', 'rollback', 'web', '--', wrong]);
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain(wrong);
    expect(ran.sent).toEqual([]);
  });
});

describe('durations of options', () => {
  it.each(['freeze web --reason x --for', 'group repair web --override-breaker'])(
    'are checked before anything is sent by `%s`',
    async (line) => {
      for (const wrong of ['2', 'soon', '0s']) {
        const ran = await run(`${line} ${wrong}`);
        expect(ran.exitCode).toBe(2);
        expect(ran.err).toBe(`error: "${wrong}" is not a duration; give one such as 90s, 30m or 2h\n`);
      }
    },
  );
});
