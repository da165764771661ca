import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Limits, makeCgroups, removeCgroups } from './cgroups.js';
import { hostNameOf } from './metadata-service.js';
import { firstLine, type RealHost } from './real-host.js';
import { killQuietly, type Ran, runProgram } from './run-program.js';

/** What a machine is made of; its disk lasts over stops, until it is removed. */
export interface InstanceParts {
  readonly host: RealHost;
  /** Names this process's instances among the cgroups of others. */
  readonly world: string;
  readonly id: string;
  /** A folder of its own. */
  readonly disk: string;
  /** Counts instances: the name of its link has to be short. */
  readonly number: number;
  /** With the bits of its subnet. */
  readonly address: string;
  /** All that it can reach. */
  readonly networks: readonly string[];
  readonly limits: Limits;
  /** Of the user data and of commands. */
  readonly environment: Readonly<Record<string, string>>;
  /** Files of the image: path in the instance, path on this machine. */
  readonly files: Readonly<Record<string, string>>;
  readonly userData: Buffer;
}

/** An instance that executes its user data: namespaces over the host's own root. */
export interface RealInstance {
  readonly id: string;
  /** Its process 1 as this machine shows it; `undefined` while it is off. */
  readonly pid: number | undefined;
  /** The network is connected. */
  readonly connected: boolean;
  boot(): Promise<void>;
  /** Like pulling the plug; resolves when everything in it is gone. */
  powerOff(): Promise<void>;
  connect(on: boolean): Promise<void>;
  /** Runs a script for bash, at most for so long, once it has booted. @throws when the instance is off. */
  run(script: string, timeoutMs: number): Promise<Ran>;
  /** What it has written at boot, so far. */
  console(): string;
  /** Off, unplugged, and its disk gone. */
  remove(): Promise<void>;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const LOGS = ['var/log/console.log', 'var/log/cloud-init-output.log', 'var/log/holdfast.log'];

export function realInstance(parts: InstanceParts): RealInstance {
  const { host, world, id, disk } = parts;
  const link = `vm${parts.number}`;
  let pid: number | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  let booted: Promise<unknown> = Promise.resolve();
  let connected = true;
  let commands = 0;
  let problem = '';

  const prepareDisk = () => {
    mkdirSync(join(disk, 'files'), { recursive: true, mode: 0o755 });
    for (const [path, source] of Object.entries(parts.files)) {
      const target = join(disk, 'files', path);
      mkdirSync(dirname(target), { recursive: true });
      if (!existsSync(target)) cpSync(source, target, { recursive: true });
    }
    writeFileSync(join(disk, 'user-data'), parts.userData);
    const environment = { PATH, HOME: '/root', LANG: 'C.UTF-8', ...parts.environment };
    const lines = Object.entries(environment).map(([name, value]) => `${name}='${value}'\n`);
    writeFileSync(join(disk, 'environment'), lines.join(''));
    const groups = makeCgroups(world, id, parts.limits);
    writeFileSync(join(disk, 'cgroups'), groups.map((group) => `${group}\n`).join(''));
  };

  const halt = async () => {
    const running = pid;
    pid = undefined;
    if (running !== undefined) killQuietly(running);
    await ended;
  };

  /** Not in the middle of a boot: what runs is known at its end. */
  const powerOff = async () => {
    await booted;
    await halt();
  };

  const connect = async (on: boolean) => {
    await host.run('ip', 'link', 'set', link, on ? 'up' : 'down');
    connected = on;
  };

  const boot = async () => {
    await halt();
    prepareDisk();
    await host.run('bash', host.script('plug-in.sh'), id, link, parts.address, ...parts.networks);
    const child = spawn(
      'nsenter',
      [
        ...host.inside,
        ...['bash', host.script('power-on.sh'), id, disk, hostNameOf(parts.address.replace(/\/.*/, ''))],
        ...[host.script('inside.sh'), join(disk, 'environment')],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    ended = once(child, 'exit').catch(() => {});
    try {
      const started = Number(await firstLine(child, `instance ${id}`));
      pid = started;
      child.once('exit', () => {
        if (pid === started) pid = undefined;
      });
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      throw error;
    }
  };

  return {
    id,
    get pid() {
      return pid;
    },
    get connected() {
      return connected;
    },
    boot: () => {
      const booting = booted.then(boot);
      booted = booting.catch(() => {});
      return booting;
    },
    powerOff,
    connect,
    run: async (script, timeoutMs) => {
      await booted;
      if (pid === undefined) throw new Error(`instance ${id} is off`);
      commands += 1;
      const path = `/run/holdfast/command-${commands}`;
      writeFileSync(`/proc/${pid}/root${path}`, script, { mode: 0o700 });
      return runProgram('bash', [host.script('enter.sh'), String(pid), disk, path], { timeoutMs });
    },
    console: () =>
      [problem, ...LOGS.map((path) => textOf(join(disk, 'upper', path)))]
        .filter((text) => text !== '')
        .join('\n'),
    remove: async () => {
      await powerOff();
      await host.run('bash', '-c', `ip netns del ${id} 2>/dev/null || true`);
      removeCgroups(world, id);
      rmSync(disk, { recursive: true, force: true });
    },
  };
}

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
