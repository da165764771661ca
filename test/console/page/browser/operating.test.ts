import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../lib/console/protocol.js';
import { axeViolations, hasBrowser, shoot } from '../support/browser.js';
import { opened } from '../support/opened.js';

const focusedLabel = 'document.activeElement.getAttribute("aria-label")';

const plans = (destroys: number): Answer => ({
  ok: true,
  result: {
    kind: 'plans',
    plans: [
      {
        group: 'web',
        plan: 'Performing a rolling update on 8 instances\n  because Instance.RunInstancesInput.ImageId changes',
        changed: true,
        destroys,
        warnings: ['MaxUnavailable 2 of 8 leaves 6 healthy while it rolls'],
        before: spec('ami-0abc', 8),
        after: spec('ami-0def', destroys > 0 ? 2 : 8),
      },
      {
        group: 'workers',
        plan: 'Noop',
        changed: false,
        destroys: 0,
        warnings: [],
        before: '{}',
        after: '{}',
      },
    ],
  },
});

const spec = (image: string, size: number): string =>
  JSON.stringify(
    {
      Allocation: { Size: size },
      Flavor: { Plugin: 'swarm/worker', Properties: { Cluster: 'demo' } },
      Instance: {
        Plugin: 'aws/ec2-instance',
        Properties: {
          RunInstancesInput: { ImageId: image, InstanceType: 't3.small' },
          Subnets: ['subnet-1', 'subnet-2'],
        },
      },
      Updating: { MaxUnavailable: 2 },
    },
    undefined,
    2,
  );

const refused: Answer = {
  ok: false,
  error: {
    code: 'InvalidInput',
    message: 'the document is not valid',
    issues: [
      {
        path: 'groups.web.Properties.Allocation.Sise',
        message: 'no "Sise"; did you mean "Size"?',
        line: 2,
        column: 3,
      },
      {
        path: 'groups.web.Properties.Flavor',
        message: 'no flavor "swram"; known: etcd, swarm/manager, swarm/worker',
      },
    ],
  },
};

describe.skipIf(!hasBrowser)('the page under an operator', () => {
  const { open, server, errors } = opened();

  it('tells the reason of a cell on hover and on focus, and moves among cells by arrow keys', async () => {
    const page = await open('breaker');
    await page.hover('button.cell.is-unhealthy');
    expect(await page.textContent('.tip')).toContain('its engine does not answer');
    await shoot(page, 'tip-dark');
    await page.mouse.move(5, 5);
    await page.focus('button.cell[tabindex="0"]');
    expect(await page.textContent('.tip')).toContain('joined the swarm');
    const first = await page.evaluate(focusedLabel);
    await page.keyboard.press('ArrowRight');
    const second = await page.evaluate(focusedLabel);
    expect(second).not.toBe(first);
    expect(await page.textContent('.tip')).toContain('unhealthy');
    expect(await page.locator('button.cell[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.instance');
    await shoot(page, 'instance-dark');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.locator('.instance').count()).toBe(0);
  });

  it('approves a checkpoint', async () => {
    const page = await open('checkpoint');
    await page.click('text=Approve');
    await page.waitForSelector('.note');
    expect(server().actions).toEqual([{ kind: 'resume', group: 'web' }]);
  });

  it('rolls back only after its plan was shown and the name typed', async () => {
    const page = await open('failed', { colorScheme: 'light' });
    server().answer((action) =>
      action.kind === 'rollback' && action.pretend
        ? plans(0)
        : { ok: true, result: { kind: 'done', message: 'rolling back' } },
    );
    await page.click('text=Roll back…');
    await page.waitForSelector('dialog');
    const doIt = page.locator('dialog button[type=submit]');
    expect(await doIt.isDisabled()).toBe(true);
    await page.fill('dialog input', 'wep');
    expect(await doIt.isDisabled()).toBe(true);
    await shoot(page, 'question-light');
    expect(await axeViolations(page)).toEqual([]);
    await page.fill('dialog input', 'web');
    await doIt.click();
    await page.waitForSelector('.note');
    expect(server().actions.at(-1)).toEqual({ kind: 'rollback', group: 'web', confirm: true });
  });

  it('keeps the focus in a dialog, closes it by Escape and gives the focus back', async () => {
    const page = await open('breaker');
    await page.focus('text=Override…');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog');
    for (let press = 0; press < 8; press += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.querySelector("dialog").contains(document.activeElement)')).toBe(
        true,
      );
    }
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Override…');
  });

  it('gives the focus to the page when the button that asked is gone', async () => {
    const page = await open('breaker');
    await page.focus('text=Override…');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog');
    await page.evaluate("document.querySelector('section[aria-label=Breaker] button').remove()");
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('plans a config before it commits it', async () => {
    const page = await open('fleet');
    server().answer(() => plans(6));
    await page.keyboard.press('p');
    await page.fill('textarea', '{"groups": {}}');
    await page.click('dialog button:text-is("Plan")');
    await page.waitForSelector('.diff');
    await shoot(page, 'plan-dark');
    expect(await page.textContent('.diff-added')).toContain('2');
    expect(await axeViolations(page)).toEqual([]);
    await page.click('dialog button:text-is("Commit")');
    await page.waitForSelector('text=beyond the budget');
    await page.fill('dialog input', 'web');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('.note');
    expect(server().actions.at(-1)).toEqual({ kind: 'commit', text: '{"groups": {}}', confirm: true });
  });

  it('shows every mistake of a config with its place', async () => {
    const page = await open('fleet', { colorScheme: 'light' });
    server().answer(() => refused);
    await page.keyboard.press('p');
    await page.fill('textarea', '{\n  "Sise": 3\n}');
    await page.click('dialog button:text-is("Plan")');
    await page.waitForSelector('.issues');
    await shoot(page, 'issues-light');
    expect(await page.locator('.issues li').count()).toBe(2);
    expect(await page.textContent('.issues pre')).toBe('"Sise": 3');
    expect(await axeViolations(page)).toEqual([]);
  });

  it.each(['fleet', 'the plan box'])(
    'plans a file that is dropped onto %s, and commits nothing',
    async (onto) => {
      const page = await open('fleet');
      server().answer(() => plans(0));
      if (onto !== 'fleet') await page.keyboard.press('p');
      const target = onto === 'fleet' ? '.bands' : 'dialog textarea';
      await page.waitForSelector(target);
      const dataTransfer = await page.evaluateHandle(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['groups: {}\n'], 'web.yaml'));
        return transfer;
      });
      await page.dispatchEvent(target, 'dragover', { dataTransfer });
      await page.waitForSelector('.drop:popover-open');
      await shoot(page, `drop-${onto === 'fleet' ? onto : 'box'}`);
      await page.dispatchEvent(target, 'drop', { dataTransfer });
      await page.waitForSelector('.diff');
      expect(await page.locator('.drop').count()).toBe(0);
      expect(await page.inputValue('dialog textarea')).toBe('groups: {}\n');
      expect(server().actions).toEqual([{ kind: 'plan', text: 'groups: {}\n' }]);
    },
  );

  it('connects again when two heartbeats did not come, and not before', async () => {
    const page = await open('leader', { before: (opening) => opening.clock.install() });
    await page.waitForSelector('.connection:has-text("live")');
    await page.clock.runFor(30_000);
    const faults = { zones: ['local-1a'], active: [], cutOff: [] };
    server().tell({ kind: 'heartbeat' }, { kind: 'faults', faults });
    await page.waitForSelector('.bar button:text-is("Faults")');
    await page.clock.runFor(30_000);
    expect(server().streamsOpened()).toBe(1);
    await page.clock.runFor(4_000);
    await page.waitForFunction(() => document.querySelector('.connection')?.textContent === 'live');
    expect(server().streamsOpened()).toBe(2);
  });

  it('says that it is stale, and catches up by itself', async () => {
    const page = await open('leader');
    server().breakStreams();
    await page.waitForSelector('.stale-note');
    await shoot(page, 'disconnected-dark');
    expect(await axeViolations(page)).toEqual([]);
    server().mend();
    await page.waitForSelector('.stale-note', { state: 'detached', timeout: 10_000 });
    server().tell({ kind: 'trouble', message: 'Throttled' });
    await page.waitForSelector('text=does not answer');
  });

  it('has the faults of the local cloud, and none on AWS', async () => {
    const page = await open('leader');
    await page.keyboard.press('f');
    await page.click('button:text-is("local-1b")');
    await page.click('[aria-label="Remove: no room in local-1b"]');
    await page.click('button:text-is("× 10")');
    await expect
      .poll(() => server().actions)
      .toEqual([
        { kind: 'fill-zone', zone: 'local-1b' },
        { kind: 'remove-fault', id: 1 },
        { kind: 'clock', speed: 10 },
      ]);
    await shoot(page, 'faults-dark');
    expect(await axeViolations(page)).toEqual([]);
    const other = await open('aws');
    expect(await other.locator('text=Faults').count()).toBe(0);
    expect(await other.locator('text=Scale…').isDisabled()).toBe(true);
  });

  it('filters the events by an instance, lists revisions and the spec, and helps', async () => {
    const page = await open('checkpoint', { colorScheme: 'light' });
    const all = await page.locator('.entry').count();
    await page.locator('.entry .link').first().click();
    expect(await page.locator('.entry').count()).toBeLessThan(all);
    server().answer(() => ({ ok: true, result: { kind: 'spec', text: spec('ami-0abc', 8) } }));
    await page.click('[role=tab]:text-is("Revisions")');
    await shoot(page, 'revisions-light');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('textarea.spec');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('?');
    await page.waitForSelector('dialog');
    await shoot(page, 'help-light');
    expect(await axeViolations(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('moves from group to group by key, and switches its theme', async () => {
    const page = await open('leader');
    await page.keyboard.press('j');
    await page.waitForSelector('h1:text-is("workers")');
    expect(await page.title()).toBe('workers: as declared · Holdfast');
    await page.keyboard.press('g');
    await page.waitForSelector('h1:has-text("as declared")');
    expect(await page.title()).toBe('Both groups are as declared · Holdfast');
    await page.keyboard.press('t');
    await page.keyboard.press('t');
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
  });

  it('fits again when the window becomes narrow', async () => {
    const page = await open('checkpoint');
    await page.waitForSelector('.chart canvas');
    await page.setViewportSize({ width: 400, height: 800 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth);
    expect(await page.evaluate('document.querySelector(".chart canvas").clientWidth')).toBeLessThan(400);
  });
});
