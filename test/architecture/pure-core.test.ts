import { describe, expect, it } from 'vitest';
import { impurities } from './pure-core.js';
import { CODE, sourceFiles } from './source-files.js';

const of = (text: string) => impurities({ path: 'lib/core/a.ts', text });

describe('lib/core', () => {
  it('asks for neither time nor luck nor the world', () => {
    const files = sourceFiles(['lib/core'], CODE);
    expect(files.length).toBeGreaterThan(40);
    expect(files.flatMap(impurities)).toEqual([]);
  });

  it.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const now = new Date;',
    'const now = Date();',
    'const luck = Math.random();',
    "import { createHash, randomUUID } from 'node:crypto';",
    "import * as crypto from 'node:crypto';",
    'const id = crypto.randomUUID();',
    'const home = process.env.HOME;',
    'setTimeout(() => {}, 1);',
    "await fetch('x');",
    "readFileSync('x');",
    ['const text = `$', '{Date.now()}`;'].join(''),
    'globalThis.x = 1;',
  ])('is impure with %s', (text) => {
    expect(of(text)).not.toEqual([]);
  });

  it.each([
    'const at = new Date(time).toISOString();',
    "import { createHash } from 'node:crypto';",
    '/** Never asks Date.now() itself. */',
    "const words = 'the process called fetch() at Date.now()';",
    'const pattern = /process\\.env/;',
    'const described = { process: 1 };',
  ])('is pure with %s', (text) => {
    expect(of(text)).toEqual([]);
  });
});
