import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltCli, builtCli } from '../support/built-cli.js';

let cli: BuiltCli | undefined;
let directory = '';

beforeAll(async () => {
  cli = await builtCli();
  directory = await mkdtemp(join(tmpdir(), 'holdfast-second-'));
});
afterAll(async () => {
  cli?.remove();
  await rm(directory, { recursive: true, force: true });
});

const listening = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
};

const up = async (words: readonly string[]): Promise<{ code: number; said: string }> => {
  const child = spawn(process.execPath, [cli?.launcher ?? '', 'up', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const [code] = await once(child, 'exit');
  return { code, said };
};

it('names the port that another holds, ends with 1 and gives the folder back', async () => {
  const { server, port } = await listening();
  const ended = await up(['--port', String(port), '--directory', join(directory, 'a')]);
  expect(ended.code).toBe(1);
  expect(ended.said).toContain(`port ${port} is taken`);
  expect(await readdir(join(directory, 'a'))).not.toContain('lock');
  server.close();
});

it('takes nothing from a folder that another process uses, even when it should start fresh', async () => {
  const folder = join(directory, 'b');
  const { server, port } = await listening();
  server.close();
  await mkdir(folder);
  await writeFile(join(folder, 'lock'), String(process.pid));
  await writeFile(join(folder, 'ec2.json'), 'precious');
  await writeFile(join(folder, 'mine.txt'), 'mine');
  const ended = await up(['--port', String(port), '--directory', folder, '--fresh']);
  expect(ended.code).toBe(1);
  expect(ended.said).toContain(`is used by the local cloud of process ${process.pid}`);
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['ec2.json', 'mine.txt']));
});
