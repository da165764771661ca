import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { allScripts } from './scripts.js';

/**
 * SC2034, SC2317: scripts are joined from parts, not all of whose settings and functions each one needs. SC2015: `a && b
 * || c` means just that. SC2016: templates of the tools' own have dollar signs. SC2001: sed where a pattern has groups.
 */
const LEFT_OUT = 'SC2034,SC2317,SC2015,SC2016,SC2001';

/** What such a file sets, and the file itself, are only on a node. */
const READS_SETTINGS = /\s\. \/var\/lib\/holdfast\//;

const shellcheck = (text: string) =>
  spawnSync('shellcheck', ['-s', 'bash', '-f', 'gcc', '-e', leftOut(text), '-'], {
    input: text,
    encoding: 'utf8',
  });

const leftOut = (text: string): string =>
  READS_SETTINGS.test(text) ? `${LEFT_OUT},SC1091,SC2154` : LEFT_OUT;

const installed = shellcheck('true\n').status === 0;
if (!installed)
  console.warn('shellcheck is not installed: scripts of nodes are NOT checked (apt-get install shellcheck)');

describe.skipIf(!installed)('shellcheck finds nothing in', () => {
  it.each(allScripts())('$title', ({ text }) => {
    expect(shellcheck(text).stdout).toBe('');
  });

  it('only what is right', () => {
    expect(shellcheck('rm -r $1/*\n').stdout).toContain('SC2086');
  });
});

describe('bash reads', () => {
  it.each(allScripts())('$title', ({ text }) => {
    expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' }).stderr).toBe('');
  });
});

describe('the scripts', () => {
  it('are those of every flavor that has one', () => {
    const titles = allScripts().map(({ title }) => title);
    const untried = flavorRegistry().known.filter(
      (name) =>
        name !== 'combo' && name !== 'vanilla' && !titles.some((title) => title.includes(`(${name})`)),
    );
    expect(untried).toEqual([]);
  });
});
