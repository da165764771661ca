import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { SHELLS } from '../../lib/cli/completion.js';
import { documentOf, run } from './world.js';

const scriptFor = async (shell: string): Promise<string> => (await run(`completion ${shell}`)).out;

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe.each(SHELLS)('the completion script for %s', (shell) => {
  it.skipIf(!has(shell))('is read by the shell without complaint', async () => {
    const script = await scriptFor(shell);
    expect(() =>
      execFileSync(shell, ['-n'], { input: script, stdio: ['pipe', 'pipe', 'pipe'] }),
    ).not.toThrow();
  });

  it('names commands, aliases and options', async () => {
    const script = await scriptFor(shell);
    for (const word of [
      'describe-update',
      'diff',
      'destroy-instance',
      'freeze',
      'override-breaker',
      'stack',
    ]) {
      expect(script).toContain(word);
    }
  });

  it('is one document with --json', async () => {
    expect(documentOf(await run(`completion ${shell} --json`))).toMatchObject({ shell });
  });
});

describe.skipIf(!has('bash'))('bash completion', () => {
  /** What bash would offer after these words, the last being the one under the cursor. */
  const offered = async (...words: string[]): Promise<readonly string[]> => {
    const ask = [
      await scriptFor('bash'),
      `COMP_WORDS=(${['holdfast', ...words].map((word) => `'${word}'`).join(' ')})`,
      `COMP_CWORD=${words.length}`,
      '_holdfast',
      `printf '%s\\n' "\${COMPREPLY[@]}"`,
    ].join('\n');
    const out = execFileSync('bash', ['--norc'], { input: ask, encoding: 'utf8' });
    return out.split('\n').filter((line) => line !== '');
  };

  it('offers commands, then their own, then options', async () => {
    expect(await offered('gr')).toEqual(['group']);
    expect(await offered('group', 'des')).toEqual([
      'describe-update',
      'describe',
      'destroy',
      'destroy-instance',
    ]);
    expect(await offered('group', 'commit', '--p')).toEqual(['--pretend', '--profile']);
    expect(await offered('group', 'apply', 'web.json', '--dry')).toEqual(['--dry-run']);
    expect(await offered('freeze', '--re')).toEqual(['--reason', '--region']);
    expect(await offered('completion', '')).toContain('fish');
  });

  it('is not misled by options before the command', async () => {
    expect(await offered('--stack', 'group', 'group', 'hist')).toEqual(['history']);
    expect(await offered('--json', 'group', 'hist')).toEqual(['history']);
  });

  it('leaves file names to the shell', async () => {
    expect(await offered('group', 'commit', '')).toEqual([]);
  });
});
