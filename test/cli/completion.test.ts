import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { SHELLS, type Shell } from '../../lib/cli/completion.js';
import { documentOf, run } from './world.js';

const scriptFor = async (shell: Shell): Promise<string> => (await run(`completion ${shell}`)).out;

const has = (shell: Shell): boolean => {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** The script followed by a question of the shell itself: what it offers after these words, the last being begun. */
const QUESTIONS: Readonly<Record<Shell, (script: string, words: readonly string[]) => string>> = {
  bash: (script, words) =>
    [
      script,
      'compopt() { FILES=1; }',
      `COMP_WORDS=(holdfast ${words.map((word) => `'${word}'`).join(' ')})`,
      `COMP_CWORD=${words.length}`,
      '_holdfast',
      `printf '%s\\n' "\${COMPREPLY[@]}"`,
      '[[ -z "$FILES" ]] || echo a file',
    ].join('\n'),
  zsh: (script, words) =>
    [
      'compdef() { : }',
      // The last argument names the list; what follows the colon is for people.
      `_describe() { local each; for each in \${(P)argv[-1]}; do print -r -- \${each%%:*}; done }`,
      '_files() { print a file }',
      script,
      `words=(holdfast ${words.map((word) => `'${word}'`).join(' ')})`,
      `CURRENT=${words.length + 1}`,
      '_holdfast || true',
    ].join('\n'),
  fish: (script, words) => `${script}\ncomplete -C ${JSON.stringify(`holdfast ${words.join(' ')}`)}`,
};

const ARGUMENTS: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['--norc', '-c'],
  zsh: ['-f', '-c'],
  fish: ['--no-config', '-c'],
};

const offered = async (shell: Shell, ...words: string[]): Promise<readonly string[]> => {
  const question = QUESTIONS[shell](await scriptFor(shell), words);
  const out = execFileSync(shell, [...ARGUMENTS[shell], question], { encoding: 'utf8' });
  const begun = words.at(-1) ?? '';
  const lines = out.split('\n').map((line) => line.split('\t')[0] ?? '');
  return lines.filter((line) => line === 'a file' || (line !== '' && line.startsWith(begun))).sort();
};

describe.each(SHELLS)('the completion script for %s', (shell) => {
  it('names commands, aliases and options', async () => {
    const script = await scriptFor(shell);
    for (const word of [
      'describe-update',
      'diff',
      'destroy-instance',
      'freeze',
      'override-breaker',
      'quiet',
    ]) {
      expect(script).toContain(word);
    }
  });

  it('is one document with --json', async () => {
    expect(documentOf(await run(`completion ${shell} --json`))).toMatchObject({ shell });
  });
});

describe.each(SHELLS.filter(has))('%s, with the script', (shell) => {
  it('offers commands, then their own, then options', async () => {
    expect(await offered(shell, 'gr')).toEqual(['group']);
    expect(await offered(shell, 'group', 'des')).toEqual([
      'describe',
      'describe-update',
      'destroy',
      'destroy-instance',
    ]);
    expect(await offered(shell, 'group', 'commit', '--p')).toEqual(['--pretend', '--profile']);
    expect(await offered(shell, 'group', 'apply', 'web.json', '--dry')).toEqual(['--dry-run']);
    expect(await offered(shell, 'freeze', '--re')).toEqual(['--reason', '--region']);
  });

  it('offers the words that an argument may be', async () => {
    expect(await offered(shell, 'completion', '')).toEqual(['bash', 'fish', 'zsh']);
    expect(await offered(shell, 'completion', 'bash', '')).toEqual([]);
    expect(await offered(shell, 'cloud', 'alarm', 'web-errors', 'AL')).toEqual(['ALARM']);
  });

  it('is not misled by options and their values', async () => {
    expect(await offered(shell, '--stack', 'group', 'group', 'hist')).toEqual(['history']);
    expect(await offered(shell, '--json', 'group', 'hist')).toEqual(['history']);
    expect(await offered(shell, '--stack', 'gr')).toEqual([]);
  });
});

describe.each(SHELLS.filter((shell) => shell !== 'fish' && has(shell)))('%s, with the script', (shell) => {
  it('takes files where a file is meant, and nowhere else', async () => {
    expect(await offered(shell, 'group', 'commit', '')).toEqual(['a file']);
    expect(await offered(shell, 'up', '--directory', '')).toEqual(['a file']);
    expect(await offered(shell, 'group', 'inspect', '')).toEqual([]);
  });
});

describe.skipIf(!has('bash'))('bash, which breaks words at colons', () => {
  it('takes an address for one value', async () => {
    const address = ['http', ':', '//127.0.0.1', ':', '4600'];
    expect(await offered('bash', '--url', ...address, 'group', 'hist')).toEqual(['history']);
    expect(await offered('bash', '--url', '=', ...address, 'group', 'hist')).toEqual(['history']);
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  it('takes files where a file is meant, and nowhere else', async () => {
    expect(await offered('fish', 'group', 'commit', 'package.j')).toEqual(['package.json']);
    expect(await offered('fish', 'group', 'inspect', 'package.j')).toEqual([]);
  });
});
