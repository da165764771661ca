import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cattle } from '../support/scenario-specs.js';
import { describeOnNodes } from './support/describe-on-nodes.js';
import { type RealWorld, startRealWorld } from './support/real-world.js';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What `docker save` would write of an image with BusyBox and a page, made by hand. */
const makeArchive = (folder: string): string => {
  const root = join(folder, 'root');
  for (const name of ['bin', 'www']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const name of ['sh', 'httpd']) symlinkSync('busybox', join(root, 'bin', name));
  writeFileSync(join(root, 'www/health'), 'well\n');
  const image = join(folder, 'image');
  mkdirSync(image);
  execFileSync('tar', ['-C', root, '-cf', join(image, 'layer.tar'), '.']);
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Cmd: ['/bin/httpd', '-f', '-p', '80'], Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(readFileSync(join(image, 'layer.tar')))}`] },
    }),
  );
  const name = `${sha256(config)}.json`;
  writeFileSync(join(image, name), config);
  const manifest = [{ Config: name, RepoTags: ['holdfast/web:1'], Layers: ['layer.tar'] }];
  writeFileSync(join(image, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(folder, 'web.tar');
  execFileSync('tar', ['-C', image, '-cf', archive, '.']);
  return archive;
};

describeOnNodes('an image on containerd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-image-'));
  let world: RealWorld;
  const web = (sum: string, args: readonly string[]) =>
    cattle('web', 2, {
      plugin: 'containerd',
      flavor: {
        Image: 'docker.io/holdfast/web:1',
        Archive: { Path: '/opt/web.tar', SHA256: sum },
        Args: [...args],
        Env: { GREETING: "it's fine" },
        Memory: 64,
        Probe: { HTTP: { Port: 8080, Path: '/health' } },
      },
      properties: { Repair: { Grace: '10s' } },
    });
  let sum: string;

  beforeAll(async () => {
    const archive = makeArchive(folder);
    sum = sha256(readFileSync(archive));
    world = await startRealWorld({
      files: { '/opt/web.tar': archive },
      loseEvery: 10,
    });
    await world.commit(web(sum, ['/bin/sh', '-c', 'echo "$GREETING"; exec httpd -f -p 8080 -h /www']));
    const seconds = await world.settle('web', 60);
    process.stderr.write(`containerd: 2 instances healthy after ${seconds} s\n`);
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true });
  });

  const reasons = async () => (await world.view('web')).Instances.map(({ Reason }) => Reason);

  it('comes up with its arguments, environment and limit, and passes its probe', async () => {
    expect(await reasons()).toEqual(Array(2).fill('its task runs, the probe passes'));
    const [one] = world.members('web');
    const { stdout } = await world.exec(
      one?.id ?? '',
      'cat /var/log/holdfast-task.log; curl -s http://127.0.0.1:8080/health; ctr -n holdfast container info task | tr -d \' \\n\' | grep -o \'"memory":{"limit":[0-9]*\'',
    );
    expect(stdout).toBe('it\'s fine\nwell\n"memory":{"limit":67108864\n');
  });

  it('has its instance replaced when the task dies', async () => {
    const [doomed] = world.members('web');
    const id = doomed?.id ?? '';
    await world.exec(id, 'ctr -n holdfast task kill -s SIGKILL task');
    const from = Date.now();
    await world.until('the instance gone', () => !world.members('web').some((it) => it.id === id), 60);
    const gone = (Date.now() - from) / 1000;
    await world.settle('web', 60);
    const whole = (Date.now() - from) / 1000;
    process.stderr.write(`containerd: task killed, destroyed after ${gone} s, whole after ${whole} s\n`);
    const told = (await world.events('web')).map(({ reason }) => reason).join('\n');
    expect(told).toContain('its task has ended');
  });

  it('had nothing go wrong by itself', () => {
    expect(world.problems).toEqual([]);
  });
}, ['containerd', 'ctr', 'runc']);
