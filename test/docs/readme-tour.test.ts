import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_NAMES } from '../../lib/core/group-event.js';
import { type BuiltCli, builtCli } from '../support/built-cli.js';
import { fencedUnder } from './markdown.js';
import { shellBlocks } from './shell-commands.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Times the machine's own clock: what the tour waits for takes a minute in all, and not ten. */
const SPEED = 6;
const README = await readFile(join(ROOT, 'README.md'), 'utf8');
const LONGER = await readFile(join(ROOT, 'docs', 'tour.md'), 'utf8');
const BLOCKS = [
  ...fencedUnder(README, 'A tour of five minutes', 'sh'),
  ...shellBlocks(LONGER).map(({ text }) => text),
];
const LAST_LINE = 'npx holdfast group events workers\n';
const run = promisify(execFile);

let directory = '';
let cli: BuiltCli | undefined;
let cloud: ChildProcess | undefined;
let said = '';
let environment: NodeJS.ProcessEnv = {};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** `npx` as the tour types it, for the checkout and the port of this test. */
const shim = (launcher: string, port: number): string =>
  `#!/bin/sh
test "$1" = holdfast || { echo "npx $1 is not of the tour" >&2; exit 127; }
shift
exec "${process.execPath}" "${launcher}" --url http://127.0.0.1:${port} "$@"
`;

const faster = async (port: number): Promise<void> => {
  const answer = await fetch(`http://127.0.0.1:${port}/cloud`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'Cloud.SetSpeed', params: { Speed: SPEED } }),
  });
  expect(await answer.json()).toMatchObject({ result: { Speed: SPEED } });
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-tour-'));
  const port = await freePort();
  cli = await builtCli();
  const { launcher } = cli;
  await writeFile(join(directory, 'npx'), shim(launcher, port));
  await chmod(join(directory, 'npx'), 0o755);
  environment = { ...process.env, PATH: `${directory}${delimiter}${process.env.PATH ?? ''}` };
  delete environment.HOLDFAST_STACK;
  const arguments_ = ['up', '--port', String(port), '--directory', join(directory, 'kept'), '--fresh'];
  const child = spawn(process.execPath, [launcher, ...arguments_], { stdio: ['ignore', 'pipe', 'inherit'] });
  cloud = child;
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`up ended with ${code}: ${said}`)));
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      // The last line of all; what comes in pieces is whole then.
      if (said.includes(LAST_LINE)) resolve();
    });
  });
  await faster(port);
}, 60_000);

afterAll(async () => {
  if (cloud !== undefined && cloud.exitCode === null) {
    cloud.kill('SIGTERM');
    await once(cloud, 'exit');
  }
  cli?.remove();
  await rm(directory, { recursive: true, force: true });
});

describe('the tour of the README, and the longer one', () => {
  it('prints at the start what the README shows', () => {
    const shown = fencedUnder(README, 'Try it', 'text')[0] ?? '';
    const lines = shown
      .split('\n')
      .slice(1)
      .filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(6);
    const told = said.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:4580');
    const missing = lines.filter(
      (line) => !told.includes(line) && !/ of [34] instances, \d healthy$/.test(line),
    );
    expect(missing).toEqual([]);
  });

  it('works word for word, block after block', { timeout: 600_000 }, async () => {
    expect(BLOCKS.length).toBeGreaterThan(10);
    const script = ['set -eu', ...BLOCKS].join('\n');
    const { stdout } = await run('sh', ['-c', script], { cwd: ROOT, env: environment, timeout: 590_000 });
    expect(stdout).toContain(
      'Committing workers would involve: Terminating 2 instances to reduce the group size to 5',
    );
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/Frozen until [^Z]+? UTC: disk migration/);
    const codes = stdout.split('\n').filter((line) => line.startsWith('wait: exit code'));
    expect(codes).toEqual(['wait: exit code 4', 'wait: exit code 3']);
  });

  it('leaves behind what it says', async () => {
    const ask = async (...words: string[]) =>
      JSON.parse(
        (await run('npx', ['holdfast', ...words, '--json'], { cwd: ROOT, env: environment })).stdout,
      );
    const events: { event: string; instance?: string }[] = (await ask('group', 'events', 'workers')).events;
    const gone = events.filter(({ event }) => event === 'instance.gone');
    expect(gone).toHaveLength(1);
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['group.frozen', 'group.thawed', 'instance.destroyed', 'group.converged']),
    );
    expect(events.filter(({ event }) => !EVENT_NAMES.some((name) => name === event))).toEqual([]);
    const { converged, declared, instances } = await ask('group', 'describe', 'workers');
    const running = instances.filter(({ state }: { state: string }) => state === 'running');
    expect({ converged, declared, count: running.length }).toEqual({
      converged: true,
      declared: 6,
      count: 6,
    });
    expect(instances.some(({ id }: { id: string }) => id === gone[0]?.instance)).toBe(false);
  });
});

describe('a command of the tour that does not work', () => {
  it('fails the test', async () => {
    const failing = run('sh', ['-c', 'set -eu\nnpx holdfast group describe nobody\ntrue'], {
      cwd: ROOT,
      env: environment,
    });
    await expect(failing).rejects.toMatchObject({ code: 1 });
  });
});
