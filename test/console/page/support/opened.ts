import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { buildPage } from '../../../../bin/build-page.js';
import { launch } from './browser.js';
import { type FixtureServer, startFixtureServer } from './fixture-server.js';
import { STORIES } from './stories.js';

export interface Opened {
  readonly server: () => FixtureServer;
  /** Opens the page on a story and waits until it is there. */
  readonly open: (
    story: string,
    options?: BrowserContextOptions & { readonly before?: (page: Page) => Promise<void> },
  ) => Promise<Page>;
  /** Errors of the pages of this test: uncaught, or told to the console. */
  readonly errors: readonly string[];
}

/** A built page, a server and a browser for the suite; every test's pages are closed after it. */
export const opened = (): Opened => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-page-'));
  const errors: string[] = [];
  let server: FixtureServer | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    await buildPage(directory);
    server = await startFixtureServer(directory);
    browser = await launch();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    errors.length = 0;
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const running = (): FixtureServer => {
    if (server === undefined) throw new Error('the fixture server does not run yet');
    return server;
  };
  return {
    server: running,
    errors,
    open: async (name, { before, ...options } = {}) => {
      const story = STORIES[name];
      if (story === undefined || browser === undefined) throw new Error(`no story "${name}", or no browser`);
      running().play(story.scene);
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        colorScheme: 'dark',
        reducedMotion: 'reduce',
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(8_000);
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await before?.(page);
      await page.goto(`${running().url}/${story.group === undefined ? '' : `#/group/${story.group}`}`);
      await page.waitForSelector('h1');
      return page;
    },
  };
};
