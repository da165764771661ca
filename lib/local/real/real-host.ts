import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { killQuietly, mustRun } from './run-program.js';
import { shellFile } from './shell-file.js';

/** Written beside each other into the scratch folder, so that no list of processes shows their text. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'host.sh': shellFile(import.meta.url, './host.sh'),
  'plug-in.sh': shellFile(import.meta.url, './plug-in.sh'),
  'power-on.sh': shellFile(import.meta.url, './power-on.sh'),
  'inside.sh': shellFile(import.meta.url, './inside.sh'),
  'enter.sh': shellFile(import.meta.url, './enter.sh'),
};

/** Opens a socket where it is started and gives it to its parent, which serves it from outside. */
const LISTENER = `require('node:net').createServer().listen({ host: process.argv[1], port: Number(process.argv[2]) }, function () {
  process.send('listening', this, {}, () => process.exit());
})`;

/** The one machine below all instances: namespaces with a bridge, from which no packet leaves. */
export interface RealHost {
  /** Of process 1 of its namespaces. */
  readonly pid: number;
  /** Where a script of ours lies. */
  script(name: string): string;
  /** Arguments of `nsenter` that come before a program that runs in the host's namespaces. */
  readonly inside: readonly string[];
  run(program: string, ...args: string[]): Promise<string>;
  /** Answers HTTP on an address of the host. */
  serve(address: string, port: number, listener: RequestListener): Promise<HttpServer>;
  /** Ends all that runs in it. */
  stop(): Promise<void>;
}

/** Starts the host; it ends with this process, however that ends. */
export async function startRealHost(scratch: string, networks: readonly string[]): Promise<RealHost> {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(SCRIPTS)) writeFileSync(join(scratch, name), text);
  const script = (name: string) => join(scratch, name);
  const child = spawn(
    'unshare',
    [
      ...['--mount', '--net', '--pid', '--fork', '--kill-child=KILL', '--propagation', 'private'],
      ...['bash', script('host.sh'), ...networks],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const pid = Number(await firstLine(child, 'the host'));
  const inside = ['-t', String(pid), '-m', '-n', '-p', '--'];
  const servers: HttpServer[] = [];
  return {
    pid,
    script,
    inside,
    run: (program, ...args) => mustRun('nsenter', [...inside, program, ...args]),
    serve: async (address, port, listener) => {
      const socket = await socketInside(pid, address, port);
      const server = createServer(listener).listen(socket);
      servers.push(server);
      return server;
    },
    stop: async () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
      killQuietly(pid);
      await ended;
    },
  };
}

/** @throws with what it said on standard error when it ends without a line. */
export const firstLine = (child: ChildProcess, what: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString('utf8')}`.slice(-2_000);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${what} did not start (${code}): ${said.trim()}`)));
    if (child.stdout) createInterface(child.stdout).once('line', resolve);
  });

const socketInside = async (pid: number, host: string, port: number): Promise<Server> => {
  const child = spawn(
    'nsenter',
    ['-t', String(pid), '-n', '--', process.execPath, '-e', LISTENER, host, String(port)],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    child.once('message', (_message, handle) => {
      if (handle instanceof Server) resolve(handle);
      else reject(new Error(`${host}:${port} came without its socket`));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`cannot listen on ${host}:${port} (${code}): ${said}`)));
  });
};
