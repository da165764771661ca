import { describe, expect, it } from 'vitest';
import type { RunLocalCloud } from '../../lib/cli/command.js';
import { documentOf, run } from './world.js';

describe('holdfast up', () => {
  const told: Parameters<RunLocalCloud>[0][] = [];
  const runLocalCloud: RunLocalCloud = async (options) => {
    told.push(options);
    options.onServing(`http://127.0.0.1:${options.port}`);
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

  it('runs real nodes when told', async () => {
    await run('up', { runLocalCloud });
    expect(told.at(-1)).toMatchObject({ realNodes: false });
    await run('up --real-nodes', { runLocalCloud });
    expect(told.at(-1)).toMatchObject({ realNodes: true });
  });

  it('prints where it serves and what it keeps as one document with --json, and nothing else', async () => {
    const ran = await run('up --json --port 4600', { runLocalCloud });
    expect(documentOf(ran)).toEqual({ url: 'http://127.0.0.1:4600', directory: '/home/somebody/.holdfast' });
    expect(ran.err).toBe('listening\n');
  });

  it('prints the document as soon as it serves, not when it is stopped', async () => {
    const ran = await run('up --json', {
      runLocalCloud: async (options) => {
        options.onServing('http://127.0.0.1:4580');
        return 1;
      },
    });
    expect(documentOf(ran)).toMatchObject({ url: 'http://127.0.0.1:4580' });
    expect(ran.exitCode).toBe(1);
  });

  it('says why it does not serve, as the one document with --json', async () => {
    const taken = {
      runLocalCloud: async () => {
        throw new Error('port 4580 is taken');
      },
    };
    expect((await run('up', taken)).err).toBe('error: port 4580 is taken\n');
    const ran = await run('up --json', taken);
    expect(documentOf(ran)).toMatchObject({ error: { message: 'port 4580 is taken' } });
    expect(ran.exitCode).toBe(1);
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
