import { describe, expect, it } from 'vitest';
import { groupLine, groupView, HASH, instanceView, troubled } from './views.js';
import { ApiError, documentOf, run, widest } from './world.js';

const LONG = 'a-rather-long-name-of-a-group.in-some-other-team_that-nobody-could-read';

describe('holdfast group ls', () => {
  const Groups = [
    groupLine(),
    groupLine({ ID: LONG, Converged: false, BreakerOpen: true, Frozen: true, Healthy: 1 }),
    groupLine({ ID: 'old', Watch: 'free', Declared: 12 }),
  ];

  it('fits 80 columns without cutting anything off', async () => {
    const ran = await run('group ls', { answers: { 'Group.List': () => ({ Groups }) } });
    expect(ran.out).toBe(
      [
        'GROUP                     DECLARED  INSTANCES  HEALTHY  UP TO DATE  STATE',
        'web                              3          3        3           3  converged',
        'a-rather-long-name-of-a-         3          3        1           3  diverged,',
        'group.in-some-other-team                                            breaker',
        '_that-nobody-could-read                                             open, frozen',
        'old                             12          3        3           3  free',
        '',
      ].join('\n'),
    );
    expect(widest(ran.out)).toBeLessThanOrEqual(80);
    expect(ran.err).toBe('');
  });

  it('says only that it is destroying of a group that is being destroyed', async () => {
    const ending = groupLine({ Watch: 'destroying', Converged: false, BreakerOpen: true, Frozen: true });
    const ran = await run('group ls', { answers: { 'Group.List': () => ({ Groups: [ending] }) } });
    expect(ran.out.split('\n')[1]).toMatch(/ {2}destroying$/);
  });

  it('uses the width of a wider terminal', async () => {
    const ran = await run('group ls', {
      tty: true,
      columns: 160,
      answers: { 'Group.List': () => ({ Groups }) },
    });
    expect(ran.out).toContain(`\n${LONG}  `);
  });

  it('asks for one group when one is named', async () => {
    const ran = await run('group ls web', { answers: { 'Group.List': () => ({ Groups: [groupLine()] }) } });
    expect(ran.sent.map(({ params }) => params)).toEqual([{ ID: 'web' }]);
  });

  it('prints one document with --json', async () => {
    const ran = await run('--json group ls', {
      answers: { 'Group.List': () => ({ Groups: [groupLine()] }) },
    });
    expect(documentOf(ran)).toEqual({
      groups: [
        {
          id: 'web',
          watch: 'watched',
          declared: 3,
          instances: 3,
          healthy: 3,
          upToDate: 3,
          converged: true,
          divergence: 0,
          frozen: false,
          breakerOpen: false,
        },
      ],
    });
  });

  it('says when there are none', async () => {
    const ran = await run('group ls', { answers: { 'Group.List': () => ({ Groups: [] }) } });
    expect(ran.out).toBe('no groups\n');
  });
});

describe('holdfast group describe', () => {
  it('tells everything that is not as it should be, in 80 columns', async () => {
    const ran = await run('group describe zookeeper', { answers: { 'Group.DescribeGroup': () => troubled } });
    expect(ran.out).toBe(
      [
        'Group zookeeper: diverged for 3m20s',
        '  3 declared, 2 running, 1 healthy, 2 up to date',
        '  revision 4, config hash k7m2x4qpz9hr5wt3bn8v, last finished revision 3',
        '',
        'INSTANCE             LOGICAL ID     STATE          HEALTH     HASH       AGE',
        'i-0a1b2c3d4e5f60001  192.168.1.200  running        healthy    k7m2x4qp    2h',
        'i-0a1b2c3d4e5f60002  192.168.1.201  running        unhealthy  k7m2x4qp  2d5h',
        '  instance status check failed for 4m, to be replaced after a grace of 10m',
        '  unless it recovers',
        'i-0a1b2c3d4e5f60003  192.168.1.202  shutting-down  healthy    a1b2c3d4   30s',
        '',
        'Not as declared:',
        '  i-0a1b2c3d4e5f60002 is unhealthy for 4m: instance status check failed (grace',
        '  10m)',
        '  1 outdated',
        '',
        'Under way:',
        '  destroy i-0a1b2c3d4e5f60003, 45s ago: outdated, unknown; 1 healthy, floor 1',
        '  launch of 2, 45s ago: 2 missing',
        '',
        'Rolling update running:',
        '  1 of 3 replaced, 1 failed, revision 3 to 4',
        '  began 2m ago, phase rolling (1 ending, 2 launching)',
        '  3 outdated',
        '  waits: i-0a1b2c3d4e5f60004 to be healthy until 2026-11-22 12:13:00 UTC',
        '',
        'Breaker open for 2m:',
        '  2 of 3 failed within 10m, more than 1',
        '',
        'Frozen with the whole fleet until 2026-11-22 14:00:00 UTC:',
        '  disk migration',
        '',
        'Foreign, so neither counted nor touched:',
        '  i-0fffffffffffffff1',
        '',
      ].join('\n'),
    );
    expect(widest(ran.out)).toBeLessThanOrEqual(80);
  });

  it('is short for a group at rest', async () => {
    const ran = await run('group describe web', { answers: { 'Group.DescribeGroup': () => groupView() } });
    expect(ran.out).toBe(
      [
        'Group web: converged',
        '  1 declared, 1 running, 1 healthy, 1 up to date',
        '  revision 4, config hash k7m2x4qpz9hr5wt3bn8v',
        '',
        'INSTANCE             STATE    HEALTH   HASH      AGE',
        'i-0a1b2c3d4e5f60001  running  healthy  k7m2x4qp   2h',
        '',
      ].join('\n'),
    );
  });

  it('says of a free group that nobody watches it, and not what was last known of it', async () => {
    const free = groupView({
      Watch: 'free',
      Declared: 2,
      Converged: false,
      DivergentSince: '2026-11-22T11:56:40Z',
      Reasons: ['2 of 2 missing'],
      Instances: [],
    });
    const ran = await run('group describe web', { answers: { 'Group.DescribeGroup': () => free } });
    expect(ran.out).toBe(
      [
        'Group web: not watched, free',
        '  2 declared',
        '  revision 4, config hash k7m2x4qpz9hr5wt3bn8v',
        '',
        'its instances run on, unobserved; `holdfast instance describe` lists them',
        '',
      ].join('\n'),
    );
  });

  const open = {
    Reasons: ['breaker open: 2 of 3 failed'],
    Breaker: { Since: '2026-11-22T11:58:00Z', Reason: '2 of 3 failed' },
  };
  const describing = async (more: Parameters<typeof groupView>[0]) =>
    (await run('group describe web', { answers: { 'Group.DescribeGroup': () => groupView(more) } })).out;

  it('tells an open breaker once while everything is as declared', async () => {
    const converged = await describing(open);
    expect(converged).toContain('Group web: converged\n');
    expect(converged).toContain('\nBreaker open for 2m:\n  2 of 3 failed\n');
    expect(converged).not.toContain('Not as declared');
    const diverged = await describing({ ...open, Converged: false });
    expect(diverged).toContain('\nNot as declared:\n  breaker open: 2 of 3 failed\n');
  });

  it('tells until when the breaker is overridden', async () => {
    const BreakerOverrideUntil = '2026-11-22T12:30:00.000Z';
    expect(await describing({ ...open, BreakerOverrideUntil })).toContain(
      '\nBreaker overridden until 2026-11-22 12:30:00 UTC\n',
    );
    expect(await describing(open)).not.toContain('overridden');
  });

  it('says why a healthy instance is about to go', async () => {
    const going = instanceView({ Reason: 'draining, surplus' });
    const OpenOrders = [
      { Kind: 'drain', Reason: 'surplus', Since: '2026-11-22T11:59:15Z', Instance: going.ID },
    ];
    const answers = { 'Group.DescribeGroup': () => groupView({ Instances: [going], OpenOrders }) };
    expect((await run('group describe web', { answers })).out).toContain('\n  draining, surplus\n');
  });

  it('prints every field in camelCase with --json', async () => {
    const ran = await run('group describe zookeeper --json', {
      answers: { 'Group.DescribeGroup': () => troubled },
    });
    expect(documentOf(ran)).toMatchObject({
      id: 'zookeeper',
      revision: 4,
      configHash: HASH,
      declared: 3,
      logicalIds: ['192.168.1.200', '192.168.1.201', '192.168.1.202'],
      converged: false,
      divergence: 2,
      instances: [
        {
          id: 'i-0a1b2c3d4e5f60001',
          logicalId: '192.168.1.200',
          state: 'running',
          health: 'healthy',
          configHash: HASH,
          upToDate: true,
          privateIp: '10.0.0.11',
        },
        { id: 'i-0a1b2c3d4e5f60002', health: 'unhealthy', reason: expect.stringContaining('status check') },
        { id: 'i-0a1b2c3d4e5f60003', upToDate: false },
      ],
      rollout: { status: 'running', from: 3, to: 4, replaced: 1, total: 3, reason: '3 outdated' },
      freeze: { reason: 'disk migration', until: '2026-11-22T14:00:00Z', fleet: true },
    });
  });

  it('colours health on a terminal only, and not against NO_COLOR', async () => {
    const answers = {
      'Group.DescribeGroup': () => groupView({ Instances: [instanceView({ Health: 'unhealthy' })] }),
    };
    const red = '\u001b[31munhealthy\u001b[39m';
    expect((await run('group describe web', { tty: true, env: { NO_COLOR: '' }, answers })).out).toContain(
      red,
    );
    expect((await run('group describe web', { tty: true, answers })).out).not.toContain('\u001b');
    expect((await run('group describe web', { env: { NO_COLOR: '' }, answers })).out).not.toContain('\u001b');
    const dumb = await run('group describe web', { tty: true, env: { NO_COLOR: '', TERM: 'dumb' }, answers });
    expect(dumb.out).not.toContain('\u001b');
  });

  it('fails by the name of the error for a group that is not there', async () => {
    const answers = {
      'Group.DescribeGroup': () => {
        throw new ApiError('NotFound', "Group 'wbe' is not being watched");
      },
    };
    const ran = await run('group describe wbe', { answers });
    expect(ran.err).toBe("error: Group 'wbe' is not being watched\n");
    expect(ran.exitCode).toBe(1);
    const inJson = await run('group describe wbe --json', { answers });
    expect(documentOf(inJson)).toEqual({
      error: { code: 'NotFound', message: "Group 'wbe' is not being watched" },
    });
    expect(inJson.exitCode).toBe(1);
  });
});

describe('holdfast group inspect', () => {
  const Spec = { ID: 'web', Properties: { Allocation: { Size: 3 }, Flavor: { Plugin: 'vanilla' } } };
  const answers = { 'Group.Inspect': () => ({ ID: 'web', Revision: 7, Spec }) };

  it('prints the spec as it can be committed again', async () => {
    const ran = await run('group inspect web', { answers });
    expect(JSON.parse(ran.out)).toEqual(Spec);
  });

  it("leaves the user's own keys as they are with --json", async () => {
    const ran = await run('group inspect web --json', { answers });
    expect(documentOf(ran)).toEqual({ id: 'web', revision: 7, spec: Spec });
  });
});

describe('holdfast group scale', () => {
  it('says the size of a group, and changes nothing', async () => {
    const ran = await run('group scale web', { answers: { 'Group.Size': () => ({ ID: 'web', Size: 3 }) } });
    expect(ran.out).toBe('Group web at 3 instances\n');
    expect(ran.err).toBe('');
  });

  const answers = {
    'Group.Size': () => ({ ID: 'web', Size: 3 }),
    'Group.SetSize': ({ Size }: { Size: number }) => ({
      ID: 'web',
      Plan: `Adding ${Size - 3} instances to increase the group size to ${Size}`,
      Changed: true,
      Destroys: 0,
      Warnings: [],
    }),
  };

  it('scales, and says from where to where', async () => {
    const ran = await run('group scale web 5', { answers });
    expect(ran.out).toBe(
      'Group web at 3 instances, scale to 5\n  Adding 2 instances to increase the group size to 5\n',
    );
    expect(ran.sent.at(-1)?.params).toEqual({ ID: 'web', Size: 5, RequestId: 'id-2' });
    expect(ran.err).toBe('target: local cloud at http://127.0.0.1:4580\n');
  });

  it('prints one document with --json', async () => {
    const ran = await run('group scale web 5 --json', { answers });
    expect(documentOf(ran)).toMatchObject({ id: 'web', size: 3, scaleTo: 5, changed: true });
  });

  it.each(['-1', '3x', '1.5', 'many'])('refuses "%s" as a number of instances', async (wrong) => {
    const ran = await run(`group scale web ${wrong}`);
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain(wrong);
    expect(ran.sent).toEqual([]);
  });
});
