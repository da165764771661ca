import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../lib/core/deployment.js';
import { STACK_LAMBDAS } from '../../lib/infra/bundles.js';
import { pack, ROOT } from './pack.js';

const SLOW = 120_000;
const work = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

let tarball = '';
let files: readonly string[] = [];

/**
 * A folder in which the package is installed as npm would, from the tarball. Its dependencies are links to those of the
 * checkout, at the versions that the lock file names: npm's own fetching is no part of what is tested, and takes minutes.
 * Only declared ones are there, so that one that was forgotten is missed.
 */
function installed(name: string, ...peers: readonly string[]): string {
  const folder = join(work, name);
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'holdfast'), { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'holdfast')]);
  const { dependencies } = JSON.parse(readFileSync(join(modules, 'holdfast', 'package.json'), 'utf8'));
  for (const dependency of [...Object.keys(dependencies), ...peers]) {
    mkdirSync(dirname(join(modules, dependency)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', dependency), join(modules, dependency));
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  return folder;
}

const run = (file: string, args: readonly string[], cwd: string) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
};

beforeAll(() => {
  tarball = pack(work);
  files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((it) => it.replace(/^package\//, ''));
}, SLOW);

describe('the package', () => {
  it('holds the CLI, the library with its types, every lambda, the schema, the examples and the licence', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'bin/holdfast.js',
        'dist/bin/main.js',
        'dist/lib/index.js',
        'dist/types/lib/index.d.ts',
        ...[...FUNCTIONS, ...STACK_LAMBDAS].map((name) => `dist/lambdas/${name}/index.mjs`),
        'statemachines/health-check.asl.json',
        'statemachines/rolling-update.asl.json',
        'schema/holdfast.schema.json',
        'examples/quickstart.json',
        'LICENSE',
        'package.json',
      ]),
    );
  });

  it('holds no tests, no sources and nothing that was left lying about', () => {
    const allowed =
      /^(bin\/holdfast\.js|dist\/(bin|console|lib|lambdas|types)\/|statemachines\/|examples\/|schema\/|package\.json$|README\.md$|CHANGELOG\.md$|LICENSE$)/;
    expect(files.filter((it) => !allowed.test(it))).toEqual([]);
    expect(files.filter((it) => /\.test\.|(?<!\.d)\.ts$/.test(it))).toEqual(['examples/cdk-app/app.ts']);
  });
});

describe('a lambda of the package', () => {
  it.each([...FUNCTIONS, ...STACK_LAMBDAS])('%s is smaller than 1.6 MB', (name) => {
    const bundle = `package/dist/lambdas/${name}/index.mjs`;
    const { length } = execFileSync('tar', ['-xzOf', tarball, bundle], { maxBuffer: 8e6 });
    expect(length).toBeGreaterThan(100_000);
    expect(length).toBeLessThan(1_600_000);
  });
});

describe('the CLI of the package', () => {
  let bin: string;
  let elsewhere: string;
  beforeAll(() => {
    // Without aws-cdk-lib: those who only run commands do not need it.
    const folder = installed('cli');
    bin = join(folder, 'node_modules', 'holdfast', 'bin', 'holdfast.js');
    elsewhere = join(work, 'elsewhere');
    mkdirSync(elsewhere);
    expect(existsSync(join(folder, 'node_modules', 'aws-cdk-lib'))).toBe(false);
  });

  it('helps, from another folder', () => {
    const { status, stdout, stderr } = run(bin, ['--help'], elsewhere);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('group');
  });

  it('validates the examples that come with it, and says what is wrong with another', () => {
    const example = join(dirname(dirname(bin)), 'examples', 'quickstart.json');
    expect(run(bin, ['group', 'validate', example], elsewhere)).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(
      join(elsewhere, 'bad.json'),
      '{"groups": {"web": {"Properties": {"Allocaton": {"Size": 1}}}}}',
    );
    const refused = run(bin, ['group', 'validate', 'bad.json', '--json'], elsewhere);
    expect(refused.status).toBe(2);
    expect(refused.stdout + refused.stderr).toContain('Allocation');
  });

  it(
    'runs the local cloud with the example that comes with it, until it is stopped',
    async () => {
      const cloud = spawn(process.execPath, [bin, 'up', '--fresh', '--port', '4791'], { cwd: elsewhere });
      const said: string[] = [];
      for (const stream of [cloud.stdout, cloud.stderr]) stream.on('data', (it) => said.push(String(it)));
      const ended = new Promise<number | null>((resolve) => cloud.on('exit', resolve));
      const converged = new Promise<boolean>((resolve) => {
        cloud.stdout.on('data', () => said.join('').includes('second terminal') && resolve(true));
        ended.then(() => resolve(false));
      });
      expect(await converged, said.join('')).toBe(true);
      expect(run(bin, ['group', 'ls', '--url', 'http://127.0.0.1:4791'], elsewhere).stdout).toContain(
        'managers',
      );
      cloud.kill('SIGINT');
      expect(await ended, said.join('')).toBe(0);
    },
    SLOW,
  );

  it('passes its exit code on', () => {
    expect(run(bin, ['no-such-command'], elsewhere).status).toBe(2);
  });
});

describe('the library of the package', () => {
  it(
    'gives a foreign CDK app two control planes',
    () => {
      const folder = installed('cdk', 'aws-cdk-lib', 'constructs');
      writeFileSync(
        join(folder, 'app.js'),
        `import { App, Stack } from 'aws-cdk-lib';
       import { ControlPlane, Group, NodeRole } from 'holdfast';
       const app = new App({ outdir: 'cdk.out' });
       const stack = new Stack(app, 'Shop');
       const blue = new ControlPlane(stack, 'Blue', { nodeRoles: [new NodeRole(stack, 'Swarm').role] });
       new ControlPlane(stack, 'Green');
       new Group(stack, 'web', {
         controlPlane: blue,
         properties: {
           Allocation: { Size: 1 },
           Instance: { Plugin: 'aws/ec2-instance', Properties: { RunInstancesInput: { ImageId: 'ami-1' } } },
           Flavor: { Plugin: 'vanilla' },
         },
       });
       app.synth();`,
      );
      const { status, stderr } = run('app.js', [], folder);
      expect(stderr).not.toMatch(/Error/);
      expect(status).toBe(0);
      const out = join(folder, 'cdk.out');
      const { Resources } = JSON.parse(readFileSync(join(out, 'Shop.template.json'), 'utf8'));
      const types: readonly string[] = Object.values<{ Type: string }>(Resources).map((it) => it.Type);
      expect(types.filter((it) => it === 'AWS::DynamoDB::Table')).toHaveLength(2);
      const bundles = readdirSync(out).filter((it) => existsSync(join(out, it, 'index.mjs')));
      expect(bundles).toHaveLength(FUNCTIONS.length + STACK_LAMBDAS.length);
    },
    SLOW,
  );
});
