import { type Argument, Command as Commander, CommanderError, type Help, Option } from 'commander';
import { type Command, type Entry, type ExitCode, type Given, isFamily } from './command.js';
import { EXIT_CODES, GLOBAL_FLAGS } from './global-options.js';
import { wrap } from './render/wrap.js';
import { usageFailure } from './usage-failure.js';

/** A command line, read but not yet run. */
export type Reading =
  | { readonly kind: 'run'; readonly command: Command; readonly given: Given }
  /** Help or the version was asked for. */
  | { readonly kind: 'show'; readonly text: string };

/** Reads a command line. @throws {Failure} with all that is known about how it is wrong. */
export function readCommandLine(
  argv: readonly string[],
  entries: readonly Entry[],
  { version, width }: { readonly version: string; readonly width: number },
): Reading {
  let picked: Reading | undefined;
  let shown = '';
  let complained = '';
  const program = buildProgram(entries, version, (command, given) => {
    picked = { kind: 'run', command, given };
  });
  eachOf(program, (command) => {
    command.configureOutput({
      writeOut: (text) => {
        shown += text;
      },
      writeErr: (text) => {
        complained += text;
      },
      // Said by the failure instead.
      outputError: () => undefined,
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
    command.exitOverride((error) => {
      throw error.exitCode === 0 ? error : usageFailure(error, command, entries, complained.trimEnd());
    });
  });
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'show', text: shown.trimEnd() };
  }
  return picked ?? { kind: 'show', text: program.helpInformation().trimEnd() };
}

/** The tree as commander knows it: for parsing, help, completion and the tests that walk it. */
export function buildProgram(
  entries: readonly Entry[],
  version: string,
  pick: (command: Command, given: Given) => void,
): Commander {
  const program = new Commander('holdfast');
  program
    .description('keeps groups of EC2 instances in the state that you declared')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 20, subcommandTerm: commandTerm, formatItem })
    .helpCommand('help [command]', 'print help of a command');
  for (const { flags, help } of GLOBAL_FLAGS) program.option(flags, help);
  exampleText(program, ['holdfast up', 'holdfast group commit web.json', 'holdfast group describe web']);
  exitText(program, EXIT_CODES);
  for (const entry of entries) {
    if (isFamily(entry)) {
      const family = program.command(entry.name).description(entry.summary);
      exampleText(family, entry.examples);
      for (const command of entry.commands) addCommand(family, command, pick);
    } else {
      addCommand(program, entry, pick);
    }
  }
  return program;
}

function addCommand(
  parent: Commander,
  command: Command,
  pick: (command: Command, given: Given) => void,
): void {
  const aliases = command.aliases ?? [];
  const also = aliases.length === 0 ? '' : ` (also ${aliases.join(', ')})`;
  const added = parent
    .command(command.name)
    .description(command.summary + also)
    .aliases([...aliases]);
  for (const { name, help, optional, several } of command.words ?? []) {
    const shape = several ? `${name}...` : name;
    added.argument(optional ? `[${shape}]` : `<${shape}>`, help);
  }
  for (const { flags, help, required, several, fallback } of command.flags ?? []) {
    const option = new Option(flags, help);
    if (required) option.makeOptionMandatory();
    if (fallback !== undefined) option.default(fallback);
    if (several) {
      option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
    }
    added.addOption(option);
  }
  exampleText(added, command.examples);
  exitText(added, command.exits ?? {});
  added.action(() => pick(command, givenBy(added)));
}

/** What is to be said needs this much room beside its term; where there is less it stands below. */
const ROOM = 30;

/** One line of a list of help, as commander would write it where there is room. */
function formatItem(this: Help, term: string, termWidth: number, words: string): string {
  const width = this.helpWidth ?? 80;
  const left = width - termWidth - 4;
  if (left >= ROOM || words === '') {
    const lines = words === '' ? [''] : wrap(words, left);
    return lines
      .map((line, index) => `  ${(index === 0 ? term : '').padEnd(termWidth)}  ${line}`.trimEnd())
      .join('\n');
  }
  return [`  ${term}`, ...wrap(words, Math.max(1, width - 6)).map((line) => `      ${line}`)].join('\n');
}

/** Names and words only, so that the list of commands fits beside what they do. */
const commandTerm = (command: Commander): string =>
  [command.name(), ...command.registeredArguments.map(wordText)].join(' ');

const wordText = (argument: Argument): string => {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
};

/** After the examples, so that help ends with what scripts need. */
const exitText = (command: Commander, exits: Partial<Record<ExitCode, string>>): void => {
  const codes = Object.entries(exits).map(
    ([code, means]) => `  ${code.padEnd(4)}${means.replaceAll('`', '')}`,
  );
  if (codes.length > 0) command.addHelpText('after', ['', 'Exit codes:', ...codes].join('\n'));
};

const exampleText = (command: Commander, examples: readonly string[]): void => {
  const title = examples.length === 1 ? 'Example:' : 'Examples:';
  command.addHelpText('after', ['', title, ...examples.map((example) => `  $ ${example}`)].join('\n'));
};

function givenBy(command: Commander): Given {
  const options = command.optsWithGlobals<Record<string, unknown>>();
  return {
    words: [...command.args],
    word: (index) => command.args[index] ?? '',
    flag: (name) => options[name] === true,
    text: (name) => {
      const value = options[name];
      return typeof value === 'string' ? value : undefined;
    },
    texts: (name) => {
      const value = options[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}

function eachOf(command: Commander, visit: (command: Commander) => void): void {
  visit(command);
  for (const child of command.commands) eachOf(child, visit);
}
