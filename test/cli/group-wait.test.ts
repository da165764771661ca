import { describe, expect, it } from 'vitest';
import type { GroupView } from '../../lib/app/api-types.js';
import { NoAnswerError } from '../../lib/cli/target.js';
import { groupView, instanceView } from './views.js';
import { ApiError, documentOf, run } from './world.js';

/** Answers with one view after the other, then with the last for ever. */
const oneByOne = (views: readonly (GroupView | Error)[]) => {
  let asked = 0;
  return {
    'Group.DescribeGroup': () => {
      const view = views[Math.min(asked, views.length - 1)];
      asked += 1;
      if (view instanceof Error || view === undefined) throw view;
      return view;
    },
  };
};

const empty = groupView({ Converged: false, Instances: [], Reasons: ['1 missing'] });
const booting = groupView({
  Converged: false,
  Instances: [instanceView({ State: 'pending', Health: 'unknown' })],
  Reasons: ['1 booting'],
});
const done = groupView();

describe('holdfast group wait', () => {
  it('ends with 0 when the group is converged, and says how it went in plain lines', async () => {
    const ran = await run('group wait web', { answers: oneByOne([empty, empty, booting, done]) });
    expect(ran.exitCode).toBe(0);
    expect(ran.err).toBe(
      'web: 1 declared, 0 running, 0 healthy, 0 up to date; 1 missing\n' +
        'web: 1 declared, 0 running, 0 healthy, 1 up to date; 1 booting\n',
    );
    expect(ran.out).toBe('Group web is converged after 3s: 1 declared, 1 running, 1 healthy, 1 up to date\n');
    expect(ran.took).toBe(3_000);
  });

  it('shows a spinner on a terminal, and stops it', async () => {
    const ran = await run('group wait web', { tty: true, answers: oneByOne([empty, done]) });
    expect(ran.spun).toEqual(['web: 1 declared, 0 running, 0 healthy, 0 up to date; 1 missing', '(stopped)']);
    expect(ran.err).toBe('');
  });

  it('cuts what the spinner says to one line of the terminal', async () => {
    const long = groupView({ Converged: false, Reasons: ['1 of 1 missing', 'x'.repeat(200)] });
    const spun = async (columns?: number) =>
      (
        await run('group wait web', {
          tty: true,
          answers: oneByOne([empty, long, done]),
          ...(columns === undefined ? {} : { columns }),
        })
      ).spun;
    const [first, second] = await spun(80);
    expect(first).toBe('web: 1 declared, 0 running, 0 healthy, 0 up to date; 1 missing');
    expect(second).toBe('web: 1 declared, 1 running, 1 healthy, 1 up to date; 1 of 1 missing; xxxxxxx…');
    expect(second).toHaveLength(77);
    expect((await spun(40))[0]).toBe('web: 1 declared, 0 running, 0 health…');
    expect((await spun())[1]).toHaveLength(77);
  });

  it('prints the group as one document with --json', async () => {
    const ran = await run('group wait web --json', { answers: oneByOne([done]) });
    expect(documentOf(ran)).toMatchObject({ id: 'web', converged: true });
  });

  it('says what is missing before the breaker that holds it back', async () => {
    const held = groupView({
      Converged: false,
      Reasons: ['breaker open: 2 of 3 failed', '1 of 1 missing', '1 unhealthy'],
    });
    const ran = await run('group wait web', { answers: oneByOne([held, done]) });
    expect(ran.err).toContain('; 1 of 1 missing; 1 unhealthy; breaker open: 2 of 3 failed\n');
  });

  it('ends with 4 when the time is over, saying what is missing', async () => {
    const ran = await run('group wait web --timeout 90s', { answers: oneByOne([booting]) });
    expect(ran.exitCode).toBe(4);
    expect(ran.took).toBe(90_000);
    expect(ran.err).toContain(
      'error: group "web" is not converged after 1m30s: 1 declared, 0 running, 0 healthy, 1 up to date; 1 booting',
    );
    const inJson = await run('group wait web --timeout 1s --json', { answers: oneByOne([booting]) });
    expect(documentOf(inJson)).toMatchObject({ error: { code: 'TimedOut' } });
  });

  it('gives up after ten minutes unless told otherwise', async () => {
    const ran = await run('group wait web', { answers: oneByOne([booting]) });
    expect(ran.took).toBe(600_000);
  });

  it.each(['free', 'freeing', 'destroying', 'destroyed'])(
    'refuses to wait for a group that is %s',
    async (Watch) => {
      const ran = await run('group wait web', { answers: oneByOne([groupView({ Watch })]) });
      expect(ran.exitCode).toBe(1);
      expect(ran.err).toContain(`group "web" is ${Watch}`);
    },
  );

  it('survives throttling and a silence of the target', async () => {
    const silent = new ApiError('Unanswered', 'no answer');
    const ran = await run('group wait web', {
      answers: oneByOne([booting, new ApiError('Throttled', 'slow down'), silent, done]),
    });
    expect(ran.exitCode).toBe(0);
  });

  it('gives up a target that has not answered for a minute, and waits as long as it likes for a busy one', async () => {
    const silent = await run('group wait web --timeout 5m', {
      answers: oneByOne([booting, new ApiError('Unanswered', 'no answer')]),
    });
    expect(silent.exitCode).toBe(1);
    expect(silent.err).toMatch(/^web: no answer from .+\nerror: .+ has not answered for 1m\n$/m);
    expect(silent.took).toBe(60_000);
    const busy = await run('group wait web --timeout 5m', {
      answers: oneByOne([booting, new ApiError('Throttled', 'slow down')]),
    });
    expect(busy.exitCode).toBe(4);
  });

  it('fails at once when the target was never there', async () => {
    const ran = await run('group wait web', {
      connect: async () => ({
        name: 'nowhere',
        send: async () => {
          throw new NoAnswerError('no local cloud at nowhere', false);
        },
      }),
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.err).toBe('error: no local cloud at nowhere\n');
    expect(ran.took).toBe(0);
  });

  it('ends with 130 when the user stops it', async () => {
    const ran = await run('group wait web', { answers: oneByOne([booting]), stopAt: 5_000 });
    expect(ran.exitCode).toBe(130);
    expect(ran.took).toBe(5_000);
  });

  it('refuses what is no duration', async () => {
    for (const wrong of ['10', 'soon', '1d', '']) {
      const ran = await run(['group', 'wait', 'web', '--timeout', wrong]);
      expect(ran.exitCode).toBe(2);
      expect(ran.err).toContain(`"${wrong}" is not a duration`);
    }
  });
});

describe('holdfast group wait --destroyed', () => {
  const gone = new ApiError('NotFound', 'no such group');

  it.each([
    ['says destroyed', groupView({ Watch: 'destroyed', Instances: [] })],
    ['is not known any more', gone],
  ])('ends with 0 once the group %s', async (_, last) => {
    const destroying = groupView({ Watch: 'destroying' });
    const ran = await run('group wait web --destroyed', { answers: oneByOne([destroying, last]) });
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toBe('Group web is destroyed\n');
  });

  it('says how many are left, what holds them, and when only a second look is to come', async () => {
    const two = [instanceView(), instanceView({ ID: 'i-2', State: 'shutting-down' })];
    const destroying = (more: Partial<GroupView>) =>
      groupView({ Watch: 'destroying', Converged: false, Reasons: ['1 of 3 missing'], ...more });
    const blocked = 'not done: destroy i-2: termination protection (an operator is needed)';
    const ran = await run('group wait web --destroyed', {
      answers: oneByOne([
        destroying({ Instances: two }),
        destroying({ Instances: two.slice(1), Reasons: ['1 of 3 missing', blocked] }),
        destroying({ Instances: [instanceView({ State: 'terminated' })] }),
        destroying({ Instances: [] }),
        gone,
      ]),
    });
    expect(ran.err).toBe(
      `web: destroying: 2 left\nweb: destroying: 1 left; ${blocked}\nweb: waiting for a second look\n`,
    );
    const late = await run('group wait web --destroyed --timeout 2s', {
      answers: oneByOne([destroying({ Instances: two })]),
    });
    expect(late.exitCode).toBe(4);
    expect(late.err).toContain('group "web" is not destroyed after 2s: destroying: 2 left');
  });

  it('fails for a group that was never known, which may be a misspelling', async () => {
    const ran = await run('group wait wbe --destroyed', { answers: oneByOne([gone]) });
    expect(ran.exitCode).toBe(1);
  });
});
