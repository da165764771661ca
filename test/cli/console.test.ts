import { describe, expect, it } from 'vitest';
import type { RunConsole } from '../../lib/cli/command.js';
import type { Transport } from '../../lib/cli/target.js';
import { groupLine } from './views.js';
import { documentOf, run } from './world.js';

const answers = { 'Group.List': () => ({ Groups: [groupLine()] }) };

describe('holdfast console', () => {
  const started: Parameters<RunConsole>[0][] = [];
  const runConsole: RunConsole = async (options) => {
    started.push(options);
    options.onServing('http://127.0.0.1:4581/?key=abc');
    return 0;
  };

  it('serves a stack until it is stopped, and prints the address at once', async () => {
    const ran = await run('console --stack prod --read-only', { answers, runConsole });
    expect(ran.out).toContain('console at http://127.0.0.1:4581/?key=abc for stack prod on AWS\n');
    expect(started.at(-1)).toMatchObject({
      where: 'aws',
      stack: 'prod',
      port: 4581,
      readOnly: 'the console was started with --read-only',
    });
  });

  it('serves a local cloud too', async () => {
    const ran = await run('console --port 4700 --json', { answers, runConsole });
    expect(documentOf(ran)).toMatchObject({ url: 'http://127.0.0.1:4581/?key=abc' });
    expect(started.at(-1)).toMatchObject({ where: 'local', stack: 'local', port: 4700 });
    expect(started.at(-1)).not.toHaveProperty('readOnly');
  });

  it('tells the page when the credentials may only read', async () => {
    const connect = async (): Promise<Transport> => ({
      name: 'stack prod on AWS',
      send: async () => ({ jsonrpc: '2.0', id: 1, result: { Groups: [] } }),
      whyReadOnly: async () => 'your AWS credentials may only read this control plane',
    });
    await run('console --stack prod', { connect, runConsole });
    expect(started.at(-1)?.readOnly).toBe('your AWS credentials may only read this control plane');
  });

  it('says so in the terminal when the control plane does not answer', async () => {
    const before = started.length;
    const connect = async () => {
      throw new Error('no such stack');
    };
    const ran = await run('console --stack prod', { connect, runConsole });
    expect([ran.exitCode, ran.err]).toEqual([1, 'error: no such stack\n']);
    expect(started).toHaveLength(before);
  });

  it('wants a port that is one', async () => {
    expect((await run('console --port x', { answers, runConsole })).exitCode).toBe(2);
  });
});
