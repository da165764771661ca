import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GroupView } from '../../lib/app/api-types.js';
import type { CloudInstance } from '../../lib/cli/cloud-api.js';
import { type BuiltCli, builtCli } from '../support/built-cli.js';

/** How often the process is killed; `HOLDFAST_KILLS=20` for the long run. */
const KILLS = Number(process.env.HOLDFAST_KILLS ?? 1);
const GROUP = {
  ID: 'killed',
  Properties: {
    Allocation: { Size: 0 },
    Instance: {
      Plugin: 'aws/ec2-instance',
      Properties: { RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small' } },
    },
    Flavor: { Plugin: 'vanilla', Properties: {} },
  },
};

let cli: BuiltCli | undefined;
let directory = '';
let port = 0;
let running: ChildProcess | undefined;

beforeAll(async () => {
  cli = await builtCli();
  directory = await mkdtemp(join(tmpdir(), 'holdfast-kill-'));
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  probe.close();
  await once(probe, 'close');
});

afterEach(() => kill());

afterAll(async () => {
  cli?.remove();
  await rm(directory, { recursive: true, force: true });
});

const start = async (): Promise<void> => {
  const words = ['up', '--port', String(port), '--directory', directory];
  const child = spawn(process.execPath, [cli?.launcher ?? '', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running = child;
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`up ended with ${code}`)));
    child.stdout.on('data', (chunk) => String(chunk).includes('local cloud and control plane') && resolve());
  });
};

const kill = async (): Promise<void> => {
  const child = running;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

const call = async (path: string, method: string, params: unknown): Promise<unknown> => {
  const response = await fetch(`http://127.0.0.1:${port}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
};

const live = async (): Promise<readonly string[]> => {
  const { Instances } = (await call('cloud', 'Cloud.List', {})) as { Instances: readonly CloudInstance[] };
  const members = Instances.filter(({ Tags }) => Tags['infrakit.group'] === 'killed');
  return members
    .filter(({ State }) => State === 'pending' || State === 'running')
    .map(({ ID }) => ID)
    .sort();
};

/** Polls on real time: this is about a real process and real kills. */
const converged = async (size: number): Promise<GroupView> => {
  const limit = Date.now() + 90_000;
  for (;;) {
    const view = (await call('rpc', 'Group.DescribeGroup', { ID: 'killed' })) as GroupView;
    if (view.Converged && view.Declared === size) return view;
    if (Date.now() > limit) throw new Error(`not converged to ${size}: ${JSON.stringify(view)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

describe('a process that is killed while a group converges', () => {
  it(`leaves a group of exactly its size and no orphan after the restart, ${KILLS} times`, {
    timeout: KILLS * 60_000,
  }, async () => {
    await start();
    await call('rpc', 'Group.CommitGroup', { Spec: GROUP });
    for (let round = 0; round < KILLS; round += 1) {
      const size = [7, 2, 9, 4][round % 4] ?? 5;
      const commit = call('rpc', 'Group.SetSize', {
        ID: 'killed',
        Size: size,
        Confirm: true,
        RequestId: `round-${round}`,
      });
      commit.catch(() => {});
      // Spread over the first second: before the commit is stored, between the calls of the pass, after them.
      await new Promise((resolve) => setTimeout(resolve, (round * 137) % 1000));
      await kill();
      await start();
      await call('rpc', 'Group.SetSize', {
        ID: 'killed',
        Size: size,
        Confirm: true,
        RequestId: `round-${round}`,
      });
      const view = await converged(size);
      const members = view.Instances.filter(({ State }) => State === 'running').map(({ ID }) => ID);
      expect(members.sort()).toEqual(await live());
      expect(members).toHaveLength(size);
    }
  });
});

describe('a process that is killed while a group rolls', () => {
  it('rolls on after the restart, to exactly its size, and loses no instance', {
    timeout: 120_000,
  }, async () => {
    await start();
    const { Properties } = GROUP;
    const spec = (size: number, flavor: object) => ({
      ID: 'killed',
      Properties: {
        ...Properties,
        Allocation: { Size: size },
        Flavor: { Plugin: 'vanilla', Properties: flavor },
        Updating: { MaxUnavailable: 2 },
      },
    });
    await call('rpc', 'Group.CommitGroup', { Spec: spec(4, {}), Confirm: true });
    await converged(4);
    const { Plan } = (await call('rpc', 'Group.CommitGroup', {
      Spec: spec(4, { Tags: { version: 'two' } }),
    })) as { Plan: string };
    expect(Plan).toContain('Performing a rolling update on 4 instances');
    const isUnderWay = async () => {
      const { Revision, Rollout } = (await call('rpc', 'Group.DescribeGroup', { ID: 'killed' })) as GroupView;
      return Rollout?.To === Revision && Rollout.Replaced > 0;
    };
    while (!(await isUnderWay())) await new Promise((resolve) => setTimeout(resolve, 100));
    await kill();
    await start();
    const view = await converged(4);
    expect(view.Rollout).toMatchObject({ Status: 'succeeded', Replaced: 4 });
    const members = view.Instances.filter(({ State, UpToDate }) => State === 'running' && UpToDate);
    expect(members.map(({ ID }) => ID).sort()).toEqual(await live());
    expect(members).toHaveLength(4);
  });
});
