import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../../../architecture/source-files.js';

export interface Running {
  /** The address of its console, as it printed it. */
  readonly url: string;
  /** As Ctrl-C would, and waits until it has ended. */
  stop(): Promise<void>;
}

/** Runs a `holdfast` command that serves a console, until it has printed where. */
export const holdfast = async (
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> => {
  const running = spawn(process.execPath, [join(ROOT, 'bin', 'holdfast.js'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const ended = once(running, 'exit');
  let said = '';
  const printed = new Promise<string>((resolve) => {
    running.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /console at (http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([
    printed,
    ended.then(([code]) => {
      throw new Error(`holdfast ${words.join(' ')} ended with ${code}: ${said}`);
    }),
  ]);
  return {
    url,
    stop: async () => {
      running.kill('SIGINT');
      await ended;
    },
  };
};

export const freePort = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return String(address.port);
};
