import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../../../bin/build-page.js';
import { axeViolations, hasBrowser, launch, shoot } from '../support/browser.js';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.js';
import { STORIES } from '../support/stories.js';

const LOOKS = [
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { look: 'light', colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { look: 'phone', colorScheme: 'dark', viewport: { width: 400, height: 800 } },
] as const;

describe.skipIf(!hasBrowser)('the page in a browser', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-page-'));
  let server: FixtureServer;
  let browser: Browser;
  beforeAll(async () => {
    await buildPage(directory);
    server = await startFixtureServer(directory);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  describe.each(LOOKS)('$look', ({ look, colorScheme, viewport }) => {
    it.each(Object.entries(STORIES))(
      'shows %s without a contrast failure or an error',
      async (name, story) => {
        server.play(story.scene);
        const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
        const page = await context.newPage();
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(String(error)));
        page.on('console', (message) => {
          if (message.type() === 'error') errors.push(message.text());
        });
        await page.goto(`${server.url}/${story.group === undefined ? '' : `#/group/${story.group}`}`);
        await page.waitForSelector('h1');
        await page.waitForTimeout(150);
        await shoot(page, `${name}-${look}`);
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        const violations = await axeViolations(page);
        await context.close();
        expect(errors).toEqual([]);
        expect(overflow).toBeLessThanOrEqual(0);
        expect(violations).toEqual([]);
      },
    );
  });
});
