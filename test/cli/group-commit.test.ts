import { describe, expect, it } from 'vitest';
import type { Committed } from '../../lib/app/api-types.js';
import { ApiError, documentOf, requestIds, run } from './world.js';

const WEB = JSON.stringify({ groups: { web: { Properties: { Allocation: { Size: 3 } } } } });
const BOTH = JSON.stringify({ groups: { web: { Properties: { a: 1 } }, db: { Properties: { b: 2 } } } });

const committed = (more: Partial<Committed> = {}): Committed => ({
  ID: 'web',
  Plan: 'Managing 3 instances',
  Changed: true,
  Destroys: 0,
  Warnings: [],
  ...more,
});

describe('holdfast group commit', () => {
  it('sends every group of the file in one call and prints a line for each', async () => {
    const ran = await run('group commit both.json', {
      files: { 'both.json': BOTH },
      answers: {
        'Group.CommitGroups': () => ({
          Groups: [
            committed({ Plan: 'Managing 3 instances\nAdopting 2 instances', Warnings: ['not validated'] }),
            committed({ ID: 'db', Plan: 'Noop', Changed: false }),
          ],
        }),
      },
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toBe(
      'Committed web: Managing 3 instances\n  Adopting 2 instances\n  warning: not validated\nCommitted db: Noop\n',
    );
    expect(ran.sent).toEqual([
      {
        method: 'Group.CommitGroups',
        to: 'rpc',
        params: {
          Specs: [
            { ID: 'web', Properties: { a: 1 } },
            { ID: 'db', Properties: { b: 2 } },
          ],
          RequestId: 'id-1',
        },
      },
    ]);
  });

  it('names its target on standard error', async () => {
    const ran = await run('group commit web.json', {
      files: { 'web.json': WEB },
      answers: { 'Group.CommitGroups': () => ({ Groups: [committed()] }) },
    });
    expect(ran.err).toBe('target: local cloud at http://127.0.0.1:4580\n');
  });

  it.each(['group commit - --pretend', 'group apply - --dry-run', 'group describe-update -', 'group diff -'])(
    'only pretends for `%s`, with the file from standard input and no target named',
    async (line) => {
      const ran = await run(line, {
        stdin: WEB,
        answers: { 'Group.CommitGroups': () => ({ Groups: [committed()] }) },
      });
      expect(ran.sent.map(({ params }) => params)).toEqual([
        { Specs: [{ ID: 'web', Properties: { Allocation: { Size: 3 } } }], Pretend: true },
      ]);
      expect(ran.out).toBe('Committing web would involve: Managing 3 instances\n');
      expect(ran.err).toBe('');
      expect(ran.exitCode).toBe(0);
    },
  );

  it('prints the plans as one document with --json', async () => {
    const ran = await run('group commit web.json --json', {
      files: { 'web.json': WEB },
      answers: { 'Group.CommitGroups': () => ({ Groups: [committed({ Destroys: 2 })] }) },
    });
    expect(documentOf(ran)).toEqual({
      groups: [{ id: 'web', plan: 'Managing 3 instances', changed: true, destroys: 2, warnings: [] }],
    });
  });

  it('exits with 5 for --exit-code only when there are changes', async () => {
    const code = async (line: string, Changed: boolean) => {
      const answers = { 'Group.CommitGroups': () => ({ Groups: [committed({ Changed })] }) };
      return (await run(line, { files: { 'web.json': WEB }, answers })).exitCode;
    };
    expect(await code('group diff web.json --exit-code', true)).toBe(5);
    expect(await code('group diff web.json --exit-code', false)).toBe(0);
    expect(await code('group diff web.json', true)).toBe(0);
  });

  it('reports all mistakes at once, sends nothing and exits with 2', async () => {
    const at = (line: number) => ({ file: 'bad.json', line, column: 7 });
    const given = {
      files: { 'bad.json': '{}' },
      parseGroups: async () => ({
        issues: [
          { path: 'groups.web.Properties.Sise', message: 'no such key; did you mean "Size"', at: at(3) },
          { path: 'groups.db.Properties.Flavor.Plugin', message: 'no flavor "swram"', at: at(9) },
        ],
      }),
    };
    const ran = await run('group commit bad.json', given);
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toBe(
      'bad.json:3:7 groups.web.Properties.Sise: no such key; did you mean "Size"\n' +
        'bad.json:9:7 groups.db.Properties.Flavor.Plugin: no flavor "swram"\n',
    );
    expect(ran.out).toBe('');
    expect(ran.sent).toEqual([]);
    expect(ran.choices).toEqual([]);

    const inJson = await run('group commit bad.json --json', given);
    expect(inJson.exitCode).toBe(2);
    expect(documentOf(inJson)).toEqual({
      error: {
        code: 'InvalidInput',
        message:
          '2 mistakes, the first: bad.json:3:7 groups.web.Properties.Sise: no such key; did you mean "Size"',
        issues: [
          {
            path: 'groups.web.Properties.Sise',
            message: 'no such key; did you mean "Size"',
            file: 'bad.json',
            line: 3,
            column: 7,
          },
          {
            path: 'groups.db.Properties.Flavor.Plugin',
            message: 'no flavor "swram"',
            file: 'bad.json',
            line: 9,
            column: 7,
          },
        ],
      },
    });
  });

  it('exits with 1 when the control plane refuses it for the state of the group', async () => {
    const message = 'group "web" is destroying: wait until that is done, then commit again';
    const refuse = (): never => {
      throw new ApiError('InvalidInput', message, [{ path: 'groups.web', message }]);
    };
    const answers = { 'Group.CommitGroups': refuse, 'Group.Watch': refuse };
    for (const line of ['commit web.json', 'commit web.json --pretend', 'watch web.json', 'watch web']) {
      const ran = await run(`group ${line}`, { files: { 'web.json': WEB }, answers });
      expect(ran.exitCode).toBe(1);
      expect(ran.err).toContain(message);
    }
  });

  it('prints the mistakes that only the API finds, and exits with 1', async () => {
    const ran = await run('group commit web.json', {
      files: { 'web.json': WEB },
      answers: {
        'Group.CommitGroups': () => {
          throw new ApiError('InvalidInput', 'no image', [
            { path: 'web.Instance.ImageId', message: 'no image "ami-0"' },
            { path: 'web.Instance.SubnetId', message: 'no subnet "subnet-0"' },
          ]);
        },
      },
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.err.split('\n').slice(1)).toEqual([
      'web.Instance.ImageId: no image "ami-0"',
      'web.Instance.SubnetId: no subnet "subnet-0"',
      '',
    ]);
  });

  it('says which file it cannot read', async () => {
    const ran = await run('group commit nowhere.json');
    expect(ran.err).toBe('error: cannot read "nowhere.json": no such file\n');
    expect(ran.exitCode).toBe(2);
  });
});

describe('a plan that destroys more than the budget', () => {
  const WHY = 'the plan destroys 3 instances at once, 2 more than the budget';
  const answers = {
    'Group.CommitGroups': ({ Confirm }: { Confirm?: boolean }) => {
      if (!Confirm) throw new ApiError('ConfirmationNeeded', WHY);
      return { Groups: [committed()] };
    },
  };
  const files = { 'web.json': WEB };

  it('is asked about on a terminal, and sent again with Confirm and a fresh request id', async () => {
    const ran = await run('group commit web.json', { files, answers, types: ['y'] });
    expect(ran.asked).toEqual([`${WHY}\nGo on? [y/N] `]);
    expect(ran.exitCode).toBe(0);
    expect(ran.sent.map(({ params }) => params.Confirm)).toEqual([undefined, true]);
    expect(new Set(requestIds(ran)).size).toBe(2);
  });

  it.each(['', 'n', 'yep', 'no'])('is given up when the answer is "%s"', async (typed) => {
    const ran = await run('group commit web.json', { files, answers, types: [typed] });
    expect(ran.exitCode).toBe(1);
    expect(ran.err).toContain('not confirmed; nothing was changed');
    expect(ran.sent).toHaveLength(1);
  });

  it('needs --yes where nobody can be asked', async () => {
    const ran = await run('group commit web.json', { files, answers });
    expect(ran.exitCode).toBe(1);
    expect(ran.err).toContain(`error: ${WHY}; give --yes to go on`);
    expect(ran.sent).toHaveLength(1);
  });

  it('is confirmed from the start by --yes', async () => {
    const ran = await run('group commit web.json --yes', { files, answers });
    expect(ran.exitCode).toBe(0);
    expect(ran.sent.map(({ params }) => params.Confirm)).toEqual([true]);
  });

  it('asks nobody when the file came on standard input', async () => {
    const ran = await run('group commit -', { stdin: WEB, answers, types: ['y'] });
    expect(ran.exitCode).toBe(1);
    expect(ran.asked).toEqual([]);
  });

  it('is asked about when a group is scaled, too', async () => {
    const ran = await run('group scale web 1', {
      types: ['yes'],
      answers: {
        'Group.Size': () => ({ ID: 'web', Size: 4 }),
        'Group.SetSize': ({ Confirm }) => {
          if (!Confirm) throw new ApiError('ConfirmationNeeded', WHY);
          return committed({ Plan: 'Terminating 3 instances to reduce the group size to 1' });
        },
      },
    });
    expect(ran.out).toBe(
      'Group web at 4 instances, scale to 1\n  Terminating 3 instances to reduce the group size to 1\n',
    );
  });
});

describe('holdfast group watch', () => {
  it('commits a file', async () => {
    const ran = await run('group watch ./web', {
      files: { './web': WEB },
      answers: { 'Group.CommitGroups': () => ({ Groups: [committed()] }) },
    });
    expect(ran.out).toBe('Committed web: Managing 3 instances\n');
  });

  it('watches a known group again', async () => {
    const ran = await run('group watch web', {
      answers: { 'Group.Watch': () => committed({ Plan: 'Adopting 3 instances' }) },
    });
    expect(ran.sent).toEqual([
      { method: 'Group.Watch', to: 'rpc', params: { ID: 'web', RequestId: 'id-1' } },
    ]);
    expect(ran.out).toBe('Committed web: Adopting 3 instances\n');
  });
});

describe('holdfast group validate', () => {
  it('opens no target', async () => {
    const ran = await run('group validate both.json', { files: { 'both.json': BOTH } });
    expect(ran.out).toBe('both.json is valid: 2 groups (web, db)\n');
    expect(ran.choices).toEqual([]);
    const inJson = await run('group validate both.json --json', { files: { 'both.json': BOTH } });
    expect(documentOf(inJson)).toEqual({ valid: true, groups: [{ id: 'web' }, { id: 'db' }] });
  });
});
