import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalPlane } from '../../support/local-plane.js';
import { pack } from '../pack.js';
import { templateGroups } from './template-groups.js';

const work = mkdtempSync(join(tmpdir(), 'holdfast-install-'));
const cli = join(work, 'cli');
const app = join(work, 'app');
let unreachable: string | undefined;
afterAll(() => rmSync(work, { recursive: true, force: true }));

const run = (cwd: string, command: string, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, npm_config_loglevel: 'error' },
  });
  return { status, stdout, stderr, said: `${stdout}${stderr}` };
};

/** What npm says when there is no network, or not the one that it is set up for. */
const NO_NETWORK = /\b(?:ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH)\b/;

const install = (folder: string, ...packages: readonly string[]): void => {
  const { status, said } = run(
    folder,
    'npm',
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    ...packages,
  );
  if (status === 0) return;
  if (!NO_NETWORK.test(said)) throw new Error(`npm install failed: ${said}`);
  unreachable = said;
};

beforeAll(() => {
  const tarball = pack(work);
  mkdirSync(cli);
  writeFileSync(join(cli, 'package.json'), '{ "private": true, "type": "module" }\n');
  install(cli, tarball);
  if (unreachable !== undefined) {
    console.error(`SKIPPED: the package cannot be installed, since npm has no network: ${unreachable}`);
    return;
  }
  cpSync(join(cli, 'node_modules', 'holdfast', 'examples', 'cdk-app'), app, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
  manifest.dependencies.holdfast = `file:${tarball}`;
  writeFileSync(join(app, 'package.json'), JSON.stringify(manifest));
  install(app);
});

describe('the package in an empty folder', () => {
  it('runs the local cloud until the quickstart has converged', async ({ skip }) => {
    skip(unreachable !== undefined);
    const url = 'http://127.0.0.1:4792';
    // A group of processes, since npx starts the CLI as its own.
    const cloud = spawn('npx', ['holdfast', 'up', '--fresh', '--port', '4792'], { cwd: cli, detached: true });
    const said: string[] = [];
    for (const stream of [cloud.stdout, cloud.stderr]) stream.on('data', (it) => said.push(String(it)));
    const ended = new Promise<void>((resolve) => cloud.on('exit', () => resolve()));
    try {
      const converged = new Promise<boolean>((resolve) => {
        cloud.stdout.on('data', () => said.join('').includes('second terminal') && resolve(true));
        void ended.then(() => resolve(false));
      });
      expect(await converged, said.join('')).toBe(true);
      const { stdout } = run(cli, 'npx', 'holdfast', 'group', 'ls', '--json', '--url', url);
      expect(JSON.parse(stdout).groups).toMatchObject([
        { id: 'managers', declared: 3, converged: true },
        { id: 'workers', declared: 4, converged: true },
      ]);
    } finally {
      if (cloud.pid !== undefined) process.kill(-cloud.pid, 'SIGINT');
      await ended;
    }
  });

  it('validates documents, and says where one is wrong', ({ skip }) => {
    skip(unreachable !== undefined);
    const example = 'node_modules/holdfast/examples/aws-quickstart.yaml';
    expect(run(cli, 'npx', 'holdfast', 'group', 'validate', example)).toMatchObject({
      status: 0,
      stderr: '',
    });
    const text = readFileSync(join(cli, example), 'utf8').replace('Size: 2', 'Sise: 2');
    writeFileSync(join(cli, 'wrong.yaml'), text);
    const { status, said } = run(cli, 'npx', 'holdfast', 'group', 'validate', 'wrong.yaml');
    expect(status).toBe(2);
    expect(said).toMatch(/wrong\.yaml:\d+:\d+ groups\.web\.Properties\.Allocation\.Sise: unknown key/);
  });

  it('gives editors its schema', ({ skip }) => {
    skip(unreachable !== undefined);
    const script =
      "import schema from 'holdfast/schema.json' with { type: 'json' }; console.log(schema.$schema)";
    expect(run(cli, process.execPath, '--input-type=module', '-e', script).stdout).toContain(
      'json-schema.org',
    );
  });
});

describe('the example app against the package', () => {
  const source = join(app, 'app.ts');
  const changed = (from: string, to: string): void => {
    const text = readFileSync(source, 'utf8');
    expect(text).toContain(from);
    writeFileSync(source, text.replace(from, to));
  };

  it('is checked by tsc and synthesized by cdk; its groups converge, roll and are destroyed', async ({
    skip,
  }) => {
    skip(unreachable !== undefined);
    const { status, said } = run(app, 'npx', 'cdk', 'synth', '--quiet');
    expect(said).not.toMatch(/error/i);
    expect(status).toBe(0);
    const groups = templateGroups(join(app, 'cdk.out', 'Shop.template.json'));
    expect(groups.map(({ ID }) => ID)).toEqual(['web', 'managers']);
    const plane = await startLocalPlane();
    try {
      for (const type of ['t3.small', 't3.medium']) {
        const Specs = groups.map(({ ID, text }) => ({
          ID,
          Properties: JSON.parse(text.replace('t3.small', type)),
        }));
        await plane.api('Group.CommitGroups', { Specs });
        for (const { ID } of groups) {
          await plane.until(ID, async () => (await plane.api('Group.DescribeGroup', { ID })).Converged);
          expect(new Set(plane.members(ID).map(({ instanceType }) => instanceType))).toEqual(new Set([type]));
        }
      }
      for (const { ID } of groups) await plane.api('Group.Destroy', { ID });
      for (const { ID } of groups) await plane.until(ID, async () => plane.members(ID).length === 0);
    } finally {
      await plane.stop();
    }
  });

  it('does not compile with a key that is misspelled', ({ skip }) => {
    skip(unreachable !== undefined);
    changed('Allocation: { Size: 4 }', 'Allocation: { Sise: 4 }');
    const { status, said } = run(app, 'npx', 'tsc', '--noEmit');
    expect(status).not.toBe(0);
    expect(said).toContain("'Sise' does not exist in type");
    changed('Allocation: { Sise: 4 }', 'Allocation: { Size: 4 }');
  });

  it('does not synthesize with values that are wrong, and says all of them', ({ skip }) => {
    skip(unreachable !== undefined);
    changed("Bake: '2m'", "Bake: '2 minutes'");
    changed("Plugin: 'swarm/manager'", "Plugin: 'swram/manager'");
    const { status, said } = run(app, 'npx', 'cdk', 'synth', '--quiet');
    expect(status).not.toBe(0);
    expect(said).toContain('groups.web.Properties.Updating.Canary.Bake: must be a duration');
    expect(said).toContain(
      "groups.managers.Properties.Flavor.Plugin: Failed to find Flavor plugin 'swram/manager'",
    );
  });
});
