import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../../architecture/source-files.js';
import { axeViolations, hasBrowser, launch, shoot } from '../support/browser.js';

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
};

describe.skipIf(!hasBrowser)('the console of `holdfast up`', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-console-'));
  let cloud: ChildProcess;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/`;
    const words = ['up', '--port', String(port), '--fresh', '--directory', directory];
    cloud = spawn(process.execPath, [join(ROOT, 'bin', 'holdfast.js'), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve) => {
      cloud.stdout?.on('data', (said) => {
        if (String(said).includes(url)) resolve();
      });
    });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    cloud?.kill('SIGINT');
    if (cloud?.exitCode === null) await once(cloud, 'exit');
    rmSync(directory, { recursive: true, force: true });
  });

  it('shows a group that is broken and holds', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(url);
    await page.waitForSelector('h1:has-text("Both groups are as declared")');
    await shoot(page, 'local-converged');
    await page.click('.band:has-text("workers")');
    await page.click('button.cell.is-healthy');
    const broken = await page.textContent('.instance h2');
    await page.click('button:text-is("Terminate")');
    await page.waitForSelector('button.cell:not(.is-healthy)');
    await shoot(page, 'local-broken');
    await page.waitForSelector('.group-title:has-text("as declared")');
    await page.waitForFunction('document.querySelectorAll("button.cell.is-healthy").length === 4');
    expect(await page.locator(`button.cell[aria-label*="${broken}"]`).count()).toBe(0);
    expect(await page.textContent('.timeline')).toContain('instance.gone');
    expect(await axeViolations(page)).toEqual([]);
    expect(errors).toEqual([]);
  });
});
