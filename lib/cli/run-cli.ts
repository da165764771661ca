import type { CliWorld, CommandResult, Context, ExitCode, Given } from './command.js';
import { COMMANDS } from './commands/index.js';
import { asFailure, failureDocument, failureText } from './failure.js';
import type { Io } from './io.js';
import { readCommandLine } from './program.js';
import { paintFor } from './render/paint.js';
import { rpcTarget } from './rpc-target.js';
import { chooseTarget, type Target, type TargetChoice } from './target.js';

/** Tables fit into this, unless a terminal is known to be of another width. */
const WIDTH = 80;

/** Runs one command line: everything that it prints goes to `io`, and the exit code is returned. */
export async function runCli(argv: readonly string[], io: Io, world: CliWorld): Promise<ExitCode> {
  const json = wantsJson(argv);
  const width = (io.stdout.isTTY && io.stdout.columns) || WIDTH;
  try {
    const reading = readCommandLine(argv, COMMANDS, { version: world.version, width });
    if (reading.kind === 'show') {
      print(io, json, { text: reading.text, json: { text: reading.text } });
      return 0;
    }
    const { command, given } = reading;
    const result = await command.run(contextOf(io, world, json, width, given), given);
    print(io, json, result);
    return result.exitCode ?? 0;
  } catch (error) {
    const failure = asFailure(error);
    if (json) {
      io.stdout.write(`${JSON.stringify(failureDocument(failure), undefined, 2)}\n`);
    } else {
      io.stderr.write(`${paintFor(io.stderr, io.env)('bad', failureText(failure))}\n`);
    }
    return failure.exitCode;
  }
}

function contextOf(io: Io, world: CliWorld, json: boolean, width: number, given: Given): Context {
  const choice = lazily(() => choiceOf(given, io));
  const target = lazily(async () =>
    rpcTarget(await world.connect(choice()), { clock: world.clock, random: world.random, signal: io.signal }),
  );
  const quiet = given.flag('quiet');
  return {
    io,
    world,
    json,
    quiet,
    width,
    paint: json ? (_, text) => text : paintFor(io.stdout, io.env),
    get choice() {
      return choice();
    },
    target,
    targetToChange: async (): Promise<Target> => {
      const opened = await target();
      if (!quiet) io.stderr.write(`${paintFor(io.stderr, io.env)('faint', `target: ${opened.name}`)}\n`);
      return opened;
    },
    emit: (result) => {
      io.stdout.write(`${json ? JSON.stringify(result.json) : result.text}\n`);
    },
  };
}

const choiceOf = (given: Given, io: Io): TargetChoice => {
  const named: Record<string, string> = {};
  for (const name of ['url', 'stack', 'profile', 'region']) {
    const value = given.text(name);
    if (value !== undefined) named[name] = value;
  }
  return chooseTarget(named, io.env);
};

function print(io: Io, json: boolean, result: CommandResult): void {
  if (json) {
    if (result.json !== undefined) io.stdout.write(`${JSON.stringify(result.json, undefined, 2)}\n`);
  } else if (result.text !== '') {
    io.stdout.write(`${result.text}\n`);
  }
}

/** Asked of the raw words, so that a command line which cannot be read is answered in JSON too. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json');
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
