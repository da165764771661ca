import { describe, expect, it } from 'vitest';
import type { RunLocalCloud } from '../../lib/cli/command.js';
import { documentOf, run } from './world.js';

describe('holdfast up', () => {
  const told: Parameters<RunLocalCloud>[0][] = [];
  const runLocalCloud: RunLocalCloud = async (options) => {
    told.push(options);
    options.io.stdout.write('listening\n');
    return 0;
  };

  it('runs the local cloud on its port, beside the user', async () => {
    const ran = await run('up', { runLocalCloud });
    expect(told.at(-1)).toMatchObject({ port: 4580, fresh: false, directory: '/home/somebody/.holdfast' });
    expect(ran.out).toBe('listening\n');
  });

  it('takes another port and folder, and starts fresh when told', async () => {
    await run('up --port 4600 --fresh --directory /elsewhere', { runLocalCloud });
    expect(told.at(-1)).toMatchObject({ port: 4600, fresh: true, directory: '/elsewhere' });
  });

  it('prints one document and nothing else with --json', async () => {
    const ran = await run('up --json', { runLocalCloud });
    expect(documentOf(ran)).toEqual({ url: 'http://127.0.0.1:4580', stopped: true });
    expect(ran.err).toBe('listening\n');
  });

  it.each(['0', '65536', 'http', '-5'])('refuses "%s" as a port', async (port) => {
    const ran = await run(`up --port ${port}`, { runLocalCloud });
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain(`"${port}" is not a port`);
  });

  it('passes on how the local cloud ended', async () => {
    expect((await run('up', { runLocalCloud: async () => 1 })).exitCode).toBe(1);
  });
});
