import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { anchorsOf, fencedUnder, linksOf } from './markdown.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const pagesBelow = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const PAGES = ['README.md', 'CHANGELOG.md', ...pagesBelow('docs'), ...pagesBelow('examples')];

/** Links of a page that lead nowhere. */
const broken = (page: string, markdown: string): readonly string[] =>
  linksOf(markdown).filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
    if (relative(ROOT, target).startsWith('..') || !existsSync(target)) return true;
    if (anchor === undefined) return false;
    const text = path === '' ? markdown : statSync(target).isFile() ? readFileSync(target, 'utf8') : '';
    return !anchorsOf(text).includes(anchor);
  });

describe('links between documents', () => {
  it.each(PAGES)('lead somewhere in %s', (page) => {
    expect(broken(page, readFileSync(join(ROOT, page), 'utf8'))).toEqual([]);
  });

  it('are found wherever a reader would click', () => {
    const markdown =
      '[a](docs/api.md), [b](docs/no.md#x), `[c](no.md)`\n\n```sh\n[d](no.md)\n```\n[e](https://e.org)';
    expect(linksOf(markdown)).toEqual(['docs/api.md', 'docs/no.md#x']);
  });

  it('fail on a missing page, a missing anchor and a way out of the repository', () => {
    const markdown = '[a](docs/no.md) [b](docs/api.md#no) [c](../x.md) [d](#no) [e](docs/api.md#error-codes)';
    expect(broken('README.md', markdown)).toEqual(['docs/no.md', 'docs/api.md#no', '../x.md', '#no']);
  });

  it('know the blocks of one section only', () => {
    const markdown = '## A\n```sh\none\n```\n```text\ntwo\n```\n## B\n```sh\nthree\n```\n';
    expect(fencedUnder(markdown, 'A', 'sh')).toEqual(['one\n']);
  });
});
