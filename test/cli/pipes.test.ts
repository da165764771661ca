import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const LAUNCHER = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

/** What a shell prints for this line, in which `holdfast` is ours. */
const inShell = (line: string): string =>
  execFileSync(
    'bash',
    ['--norc', '-c', `holdfast() { "${process.execPath}" "${LAUNCHER}" "$@"; }\n${line}`],
    {
      encoding: 'utf8',
    },
  );

describe('the launcher', () => {
  it('ends well when whoever reads its answer has enough of it', () => {
    expect(inShell(`holdfast completion fish | head -1; echo \${PIPESTATUS[0]}`)).toMatch(
      /^# holdfast completion for fish.*\n0\n$/,
    );
  }, 30_000);

  it('keeps its exit code when nobody reads its errors', () => {
    expect(inShell('holdfast group wbe 2> >(true); echo $?')).toBe('2\n');
  }, 30_000);
});
