import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import yoctoSpinner from 'yocto-spinner';
import type { ExitCode, RunLocalCloud } from '../lib/cli/command.js';
import type { Io } from '../lib/cli/io.js';
import { runCli } from '../lib/cli/run-cli.js';
import { realWorld } from '../lib/cli/world.js';

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
  try {
    return await runCli(argv, processIo(stopped.signal), realWorld(ownPackage(), runLocalCloud));
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Loaded only for `holdfast up`, which is much more than the CLI. */
const runLocalCloud: RunLocalCloud = async (options) => (await import('./up.js')).runLocalCloud(options);

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
    readFile: (path) => readFile(path, 'utf8'),
    createFile: (path, content) => writeFile(path, content, { flag: 'wx' }),
    readStdin: () => text(process.stdin),
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

/** The package that this file is in: the folder above in a checkout, further up when it is built. */
function ownPackage(): { readonly version: string; readonly schemaFile: string } {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    const schemaFile = join(folder, 'schema', 'holdfast.schema.json');
    if (existsSync(file)) {
      const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (typeof found === 'object' && found !== null && 'version' in found) {
        return { version: String(found.version), schemaFile };
      }
    }
    if (folder === dirname(folder)) return { version: 'unknown', schemaFile };
  }
}

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
