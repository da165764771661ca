import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsDoor } from '../support/aws-door.js';
import { axeViolations, hasBrowser, launch, shoot } from '../support/browser.js';
import { freePort, holdfast, type Running } from '../support/holdfast.js';

describe.skipIf(!hasBrowser)('the console of a real control plane', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-console-'));
  const errors: string[] = [];
  let cloud: Running;
  let browser: Browser;

  beforeAll(async () => {
    const port = await freePort();
    cloud = await holdfast(['up', '--port', port, '--fresh', '--directory', directory]);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = async (url: string): Promise<Page> => {
    errors.length = 0;
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(url);
    return page;
  };

  it('shows a group of `holdfast up` that is broken and holds', async () => {
    const page = await open(cloud.url);
    await page.waitForSelector('h1:has-text("Both groups are as declared")');
    await shoot(page, 'local-converged');
    await page.click('.band:has-text("workers")');
    await page.click('button.cell.is-healthy');
    const broken = await page.textContent('.instance h2');
    await page.click('.instance button:text-is("Terminate")');
    await page.waitForSelector('button.cell:not(.is-healthy)');
    await shoot(page, 'local-broken');
    await page.waitForSelector('.group-title:has-text("as declared")');
    await page.waitForFunction(() => document.querySelectorAll('button.cell.is-healthy').length === 4);
    expect(await page.locator(`button.cell[aria-label*="${broken}"]`).count()).toBe(0);
    expect(await page.textContent('.timeline')).toContain('instance.gone');
    expect(await axeViolations(page)).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('is served by `holdfast console --url` beside the cloud', async () => {
    const beside = await holdfast(['console', '--url', cloud.url, '--port', await freePort()]);
    try {
      const page = await open(beside.url);
      await page.waitForSelector('.band:has-text("managers")');
      expect(await page.locator('button:has-text("Faults")').count()).toBe(1);
      expect(errors).toEqual([]);
      await page.close();
    } finally {
      await beside.stop();
    }
  });

  it('is served by `holdfast console --stack` to those who have its key, without faults', async () => {
    const aws = await awsDoor(cloud.url);
    const stack = await holdfast(['console', '--stack', 'prod', '--port', await freePort()], {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'of-the-test',
      AWS_SECRET_ACCESS_KEY: 'of-the-test',
    });
    try {
      expect((await fetch(new URL('/', stack.url))).status).toBe(401);
      const page = await open(stack.url);
      await page.waitForSelector('.target:has-text("stack prod on AWS in eu-west-1")');
      expect(page.url()).not.toContain('key=');
      await page.click('.band:has-text("managers")');
      await page.waitForSelector('button.cell.leads');
      await shoot(page, 'stack');
      expect(await page.locator('button:has-text("Faults"), button:text-is("Terminate")').count()).toBe(0);
      await page.click('text=Scale…');
      await page.fill('dialog input', '5');
      await page.click('dialog button[type=submit]');
      await page.waitForFunction(() => document.querySelectorAll('button.cell.is-healthy').length === 5);
      expect(await axeViolations(page)).toEqual([]);
      expect(errors).toEqual([]);
      await page.close();
    } finally {
      await stack.stop();
      await aws.close();
    }
  });
});
