import type { Command as Commander } from 'commander';
import { describe, expect, it } from 'vitest';
import { isFamily } from '../../lib/cli/command.js';
import { COMMANDS } from '../../lib/cli/commands/index.js';
import { buildProgram, readCommandLine } from '../../lib/cli/program.js';
import { groupLine } from './views.js';
import { documentOf, run, widest } from './world.js';

const PATHS = COMMANDS.flatMap((entry) =>
  isFamily(entry) ? entry.commands.map(({ name }) => `${entry.name} ${name}`) : [entry.name],
);

describe('the tree of commands', () => {
  it('has every command of the design, and no other', () => {
    expect(PATHS).toEqual([
      'up',
      'console',
      'group init',
      'group commit',
      'group describe-update',
      'group watch',
      'group validate',
      'group ls',
      'group inspect',
      'group describe',
      'group history',
      'group scale',
      'group wait',
      'group events',
      'group stop-update',
      'group resume',
      'group rollback',
      'group restart',
      'group repair',
      'group unwatch',
      'group destroy',
      'group destroy-instance',
      'freeze',
      'thaw',
      'instance describe',
      'instance validate',
      'instance provision',
      'instance destroy',
      'flavor validate',
      'flavor prepare',
      'flavor healthy',
      'flavor recover',
      'flavor rotate-tokens',
      'cloud ls',
      'cloud terminate',
      'cloud stop',
      'cloud kill',
      'cloud cut-off',
      'cloud reconnect',
      'cloud put',
      'cloud get',
      'cloud alarm',
      'cloud fault',
      'completion',
    ]);
  });

  it.each(['', 'group', 'instance', 'flavor', 'cloud', ...PATHS])(
    'has help in 80 columns with an example for `holdfast %s`',
    async (path) => {
      const ran = await run(`${path} --help`);
      expect(ran.exitCode).toBe(0);
      expect(ran.out).toMatch(/\nExamples?:\n {2}\$ \S/);
      expect(ran.out).toContain(`holdfast ${path}`.trim());
      expect(widest(ran.out)).toBeLessThanOrEqual(80);
      expect(ran.err).toBe('');
    },
  );

  const commands = COMMANDS.flatMap((entry) => (isFamily(entry) ? entry.commands : [entry]));
  const examples = [...COMMANDS.filter(isFamily), ...commands].flatMap((entry) => [...entry.examples]);

  it.each(examples.filter((example) => /^holdfast [^|>]*$/.test(example)))(
    'can read its example `%s`',
    (example) => {
      const words = (example.match(/"[^"]*"|\S+/g) ?? []).slice(1).map((word) => word.replaceAll('"', ''));
      expect(readCommandLine(words, COMMANDS, { version: '1', width: 80 }).kind).toBe('run');
    },
  );

  it('says what every command does in one line, as a sentence without its full stop', () => {
    for (const { summary } of [...COMMANDS, ...commands]) {
      expect(summary).toMatch(/^[a-z][^\n]*[^.\s]$/);
    }
  });

  it('uses no name twice among the commands and aliases of a family', () => {
    const visit = (command: Commander): void => {
      const names = command.commands.flatMap((child) => [child.name(), ...child.aliases()]);
      expect(new Set(names).size).toBe(names.length);
      for (const child of command.commands) visit(child);
    };
    visit(buildProgram(COMMANDS, '1', () => undefined));
  });
});

describe('a wrong command line', () => {
  it.each([
    ['group comit', 'no command "group comit"; did you mean "holdfast group commit"?'],
    [
      'group destory-instance',
      'no command "group destory-instance"; did you mean "holdfast group destroy-instance"?',
    ],
    ['gruop ls', 'no command "gruop"; did you mean "holdfast group"?'],
    ['group freeze web', 'no command "group freeze"; did you mean "holdfast freeze"?'],
    ['commit web.json', 'no command "commit"; did you mean "holdfast group commit"?'],
    ['describe-updat x', 'no command "describe-updat"; did you mean "holdfast group describe-update"?'],
    ['zzz', 'no command "zzz"; see holdfast --help'],
    ['group quux web', 'no command "group quux"; see holdfast group --help'],
    ['group ls --jsno', "unknown option '--jsno'; did you mean --json? see holdfast group ls --help"],
    ['group inspect', "missing required argument 'ID'; see holdfast group inspect --help"],
    ['freeze', "required option '--reason <text>' not specified; see holdfast freeze --help"],
    ['group ls --url', "option '--url <url>' argument missing; see holdfast --help"],
    ['completion tcsh', 'no completion for "tcsh"; there is one for bash, zsh, fish'],
  ])('is refused with what to do instead: `%s`', async (line, message) => {
    const ran = await run(line);
    expect(ran.err).toBe(`error: ${message}\n`);
    expect(ran.out).toBe('');
    expect(ran.exitCode).toBe(2);
    const inJson = await run(`${line} --json`);
    expect(inJson.exitCode).toBe(2);
    if (line !== 'group ls --url') {
      expect(documentOf(inJson)).toEqual({ error: { code: 'Usage', message } });
      expect(inJson.err).toBe('');
    }
  });

  it.each(['', 'group', 'cloud'])(
    'shows help on standard error when no command is given: `holdfast %s`',
    async (line) => {
      const ran = await run(line);
      expect(ran.exitCode).toBe(2);
      expect(ran.out).toBe('');
      expect(ran.err).toContain(`Usage: holdfast ${line}`.trim());
      expect(ran.err).toContain('Commands:');
    },
  );

  it('takes what follows -- as words, also --json', async () => {
    const ran = await run('group ls -- --json', {
      answers: { 'Group.List': () => ({ Groups: [groupLine()] }) },
    });
    expect(ran.sent[0]?.params).toEqual({ ID: '--json' });
    expect(ran.out).toMatch(/^GROUP/);
  });
});

describe('options for every command', () => {
  it('print the version', async () => {
    expect((await run('--version')).out).toBe('9.8.7\n');
    expect(documentOf(await run('--version --json'))).toEqual({ text: '9.8.7' });
  });

  const chosen = async (line: string, env: Record<string, string> = {}) =>
    (await run(line, { env, answers: { 'Group.List': () => ({ Groups: [] }) } })).choices;

  it('lead to the local cloud unless a stack is named', async () => {
    expect(await chosen('group ls')).toEqual([{ kind: 'local', url: 'http://127.0.0.1:4580' }]);
    expect(await chosen('group ls', { HOLDFAST_STACK: '' })).toEqual([
      { kind: 'local', url: 'http://127.0.0.1:4580' },
    ]);
    expect(await chosen('--url http://127.0.0.1:4600/ group ls')).toEqual([
      { kind: 'local', url: 'http://127.0.0.1:4600' },
    ]);
    expect(await chosen('group ls', { AWS_PROFILE: 'prod', AWS_REGION: 'eu-west-1' })).toEqual([
      { kind: 'local', url: 'http://127.0.0.1:4580' },
    ]);
  });

  it('lead to the stack that is named, before or after the command', async () => {
    const prod = [{ kind: 'stack', stack: 'prod' }];
    expect(await chosen('group ls --stack prod')).toEqual(prod);
    expect(await chosen('--stack prod group ls')).toEqual(prod);
    expect(await chosen('group ls', { HOLDFAST_STACK: 'prod' })).toEqual(prod);
    expect(await chosen('group ls --stack prod/Blue --profile p --region r')).toEqual([
      { kind: 'stack', stack: 'prod', plane: 'Blue', profile: 'p', region: 'r' },
    ]);
  });

  it('let --url win over HOLDFAST_STACK', async () => {
    expect(await chosen('group ls --url http://127.0.0.1:1', { HOLDFAST_STACK: 'prod' })).toEqual([
      { kind: 'local', url: 'http://127.0.0.1:1' },
    ]);
  });

  it.each([
    ['--url http://127.0.0.1:1 --stack prod', 'two targets'],
    ['--profile prod', '--profile is for AWS; name the stack with --stack'],
    ['--region eu-west-1', '--region is for AWS; name the stack with --stack'],
    ['--url 127.0.0.1:4580', 'is not the address of a local cloud'],
    ['--url ftp://x', 'is not the address of a local cloud'],
    ['--stack a/b/c', '"a/b/c" is not a stack'],
    ['--stack /b', '"/b" is not a stack'],
  ])('are refused when they contradict each other: %s', async (options, message) => {
    const ran = await run(`group ls ${options}`);
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain(message);
    expect(ran.choices).toEqual([]);
  });
});

describe('what is printed where', () => {
  const answers = {
    'Group.Unwatch': () => ({ ID: 'web' }),
    'Group.List': () => ({ Groups: [groupLine()] }),
  };
  const coloured = async (env: Readonly<Record<string, string>>, tty: boolean): Promise<boolean> =>
    (await run('group ls', { answers, env: { NO_COLOR: '', ...env }, tty })).out.includes('\u001b[');

  it('has colours on a terminal, unless NO_COLOR or a dumb terminal says otherwise', async () => {
    expect(await coloured({}, true)).toBe(true);
    expect(await coloured({}, false)).toBe(false);
    expect(await coloured({ NO_COLOR: '1' }, true)).toBe(false);
    expect(await coloured({ TERM: 'dumb' }, true)).toBe(false);
  });

  it('has colours wherever FORCE_COLOR says so, and none where it says 0', async () => {
    expect(await coloured({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(await coloured({ FORCE_COLOR: '1', NO_COLOR: '1' }, false)).toBe(true);
    expect(await coloured({ FORCE_COLOR: '0' }, true)).toBe(false);
  });

  it('says nothing on standard error with --quiet but errors, wherever --quiet stands', async () => {
    expect((await run('group unwatch web', { answers })).err).toContain('target: ');
    for (const line of ['group unwatch web --quiet', '-q group unwatch web', 'group unwatch web -q']) {
      const ran = await run(line, { answers });
      expect([line, ran.exitCode, ran.err, ran.out]).toEqual([line, 0, '', 'Freed web\n']);
    }
    expect((await run('group scale web x -q')).err).toContain('"x" is not a number');
  });
});
