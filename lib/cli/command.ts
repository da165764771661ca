import type { Json } from '../core/json.js';
import type { Clock } from '../ports/clock.js';
import type { Random } from '../ports/random.js';
import type { ParseGroups } from './documents.js';
import type { Io } from './io.js';
import type { Paint } from './render/paint.js';
import type { Target, TargetChoice, Transport } from './target.js';

/** 0 done, 1 failed, 2 wrong usage or invalid config, 3 update failed, 4 timed out, 5 there are changes. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

/** What a command has to say: text for people, a document for `--json`. */
export interface CommandResult {
  /** Without the last line's end; empty for nothing. */
  readonly text: string;
  /** Absent only when everything was emitted before, line by line. */
  readonly json?: Json;
  readonly exitCode?: ExitCode;
}

/** The words and options that the user gave. */
export interface Given {
  readonly words: readonly string[];
  /** One that the command line cannot do without. */
  word(index: number): string;
  flag(name: string): boolean;
  text(name: string): string | undefined;
  /** Every value of an option that may be repeated. */
  texts(name: string): readonly string[];
}

/**
 * What `holdfast up` runs: the local cloud and the control plane in it, until `io.signal`. It throws what keeps it from
 * serving; what goes wrong later it tells on standard error.
 */
export type RunLocalCloud = (options: {
  readonly port: number;
  readonly fresh: boolean;
  /** Instances are namespaces that execute their user data, instead of models. Linux and root only. */
  readonly realNodes: boolean;
  /** Where everything is kept. */
  readonly directory: string;
  readonly io: Io;
  /** Told once, as soon as requests are answered at `url`. */
  readonly onServing: (url: string) => void;
}) => Promise<ExitCode>;

/** What `holdfast console` runs: the page for a control plane, on 127.0.0.1, until `io.signal`. */
export type RunConsole = (options: {
  readonly target: Target;
  readonly where: 'local' | 'aws';
  /** Name of the stack. */
  readonly stack: string;
  /** 0 is any that is free. */
  readonly port: number;
  /** Why nothing can be changed from the page; absent when it can. */
  readonly readOnly?: string;
  readonly io: Io;
  /** Told once, with the address to open. */
  readonly onServing: (url: string) => void;
}) => Promise<ExitCode>;

/** What the CLI needs beyond its streams; tests give fakes. */
export interface CliWorld {
  readonly clock: Clock;
  readonly random: Pick<Random, 'id'>;
  readonly version: string;
  readonly connect: (choice: TargetChoice) => Promise<Transport>;
  readonly parseGroups: ParseGroups;
  /** The JSON Schema of the package that this is, as a path. */
  readonly schemaFile: string;
  /** Absent where there is no local cloud to run. */
  readonly runLocalCloud?: RunLocalCloud;
  /** Absent where there is no page to serve. */
  readonly runConsole?: RunConsole;
}

/** What a command is given to work with. */
export interface Context {
  readonly io: Io;
  readonly world: CliWorld;
  readonly json: boolean;
  /** Neither target nor progress is told. */
  readonly quiet: boolean;
  readonly choice: TargetChoice;
  /** Columns to fit into. */
  readonly width: number;
  readonly paint: Paint;
  /** For commands that only read. */
  target(): Promise<Target>;
  /** For commands that change something: names the target on standard error first. */
  targetToChange(): Promise<Target>;
  /** Prints one of several results at once; with `--json` one document a line. */
  emit(result: { readonly text: string; readonly json: Json }): void;
}

export interface Word {
  /** As in help: `ID`, `FILE`, `INSTANCE`. */
  readonly name: string;
  readonly help: string;
  readonly optional?: true;
  /** The last word may be given several times. */
  readonly several?: true;
  /** The few words that it may be; for completion. */
  readonly choices?: readonly string[];
}

export interface Flag {
  /** As commander reads them: `--yes`, `-f, --follow`, `--timeout <duration>`. */
  readonly flags: string;
  readonly help: string;
  readonly required?: true;
  readonly several?: true;
  readonly fallback?: string;
}

/** One command. It returns or throws a `Failure`; only `bin/` touches the process. */
export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line, lower case, no full stop. */
  readonly summary: string;
  readonly words?: readonly Word[];
  readonly flags?: readonly Flag[];
  /** At least one, as typed. */
  readonly examples: readonly string[];
  /** Exit codes that not every command has, and what they mean here. */
  readonly exits?: Partial<Record<ExitCode, string>>;
  run(context: Context, given: Given): Promise<CommandResult>;
}

/** Commands under one noun, such as `group`. */
export interface Family {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly commands: readonly Command[];
}

export type Entry = Command | Family;

export const isFamily = (entry: Entry): entry is Family => 'commands' in entry;
