import { realpathSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import yoctoSpinner from 'yocto-spinner';
import type { ExitCode, RunConsole, RunLocalCloud } from '../lib/cli/command.js';
import type { Io } from '../lib/cli/io.js';
import { runCli } from '../lib/cli/run-cli.js';
import { realWorld } from '../lib/cli/world.js';
import { NOT_UTF8, utf8Text } from '../lib/core/utf8-text.js';
import { ownPackage } from './own-package.js';

/** Runs one command line in this process; gives the exit code. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const stopped = new AbortController();
  // The first Ctrl-C lets the command end as it sees fit, the second ends the process at once.
  const stop = () => {
    if (stopped.signal.aborted) process.exit(130);
    stopped.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Whoever reads our output may stop reading, as `| head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  // Nobody reads progress and errors: the exit code still tells.
  process.stderr.on('error', () => undefined);
  try {
    return await runCli(
      argv,
      processIo(stopped.signal),
      realWorld(ownPackage(), { runLocalCloud, runConsole }),
    );
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Loaded only for `holdfast up`, which is much more than the CLI. */
const runLocalCloud: RunLocalCloud = async (options) => (await import('./up.js')).runLocalCloud(options);

/** Loaded only for `holdfast console`. */
const runConsole: RunConsole = async (options) => (await import('./console.js')).runConsole(options);

function processIo(signal: AbortSignal): Io {
  const output = (stream: NodeJS.WriteStream) => ({
    write: (written: string) => {
      stream.write(written);
    },
    isTTY: stream.isTTY === true,
    ...(stream.columns === undefined ? {} : { columns: stream.columns }),
  });
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    env: process.env,
    directory: process.cwd(),
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ask: async (question) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question, { signal });
      } catch {
        // Stopped while it was asked: that is no.
        return '';
      } finally {
        lines.close();
      }
    },
    readFile: async (path) => textOf(await readFile(path)),
    createFile: (path, content) => writeFile(path, content, { flag: 'wx' }),
    readStdin: async () => textOf(await buffer(process.stdin)),
    signal,
    spinner: (first) => {
      const spinner = yoctoSpinner({ text: first, stream: process.stderr, handleSignals: false }).start();
      return {
        update: (next) => {
          spinner.text = next;
        },
        stop: () => {
          spinner.stop();
        },
      };
    },
  };
}

function textOf(bytes: Uint8Array): string {
  const text = utf8Text(bytes);
  if (text === undefined) throw new Error(`it is ${NOT_UTF8}`);
  return text;
}

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
