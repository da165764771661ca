import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../../bin/build-page.js';

describe('the built page', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-page-'));
  beforeAll(async () => {
    await buildPage(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('has less than 150 KB of script gzipped, in three files', () => {
    expect(readdirSync(directory).sort()).toEqual(['index.html', 'main.css', 'main.js']);
    const script = gzipSync(readFileSync(join(directory, 'main.js')));
    expect(script.length).toBeGreaterThan(10_000);
    expect(script.length).toBeLessThan(150_000);
  });

  it('loads nothing from elsewhere', () => {
    const page = ['index.html', 'main.css'].map((name) => readFileSync(join(directory, name), 'utf8')).join();
    expect(
      page.match(/(?:src|href)="(?!data:|main\.)[^"]*"|url\(|@import|https?:\/\/(?!www\.w3\.org)/g),
    ).toBeNull();
  });
});
