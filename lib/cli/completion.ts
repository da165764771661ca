import { type Command, type Entry, type Flag, isFamily, type Word } from './command.js';
import { bashScript } from './completion-bash.js';
import { fishScript } from './completion-fish.js';
import { zshScript } from './completion-zsh.js';
import { GLOBAL_FLAGS } from './global-options.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const isShell = (word: string): word is Shell => SHELLS.some((shell) => shell === word);

/** Something that may be typed, and what it is for. */
export interface Candidate {
  readonly word: string;
  readonly help: string;
}

/** What may be typed as one argument: one of a few words, a file, or something that no shell can know. */
export type Slot = readonly string[] | 'file' | 'unknown';

/** What may follow once the words of `paths` were typed. */
export interface Place {
  /** Every spelling, such as `group commit` and `group apply`; `''` is the beginning. */
  readonly paths: readonly string[];
  /** Commands that come next; none behind a whole command. */
  readonly words: readonly Candidate[];
  readonly flags: readonly Candidate[];
  readonly slots: readonly Slot[];
  /** The last slot may be typed again and again. */
  readonly several: boolean;
}

/** What a script knows: the places, and options whose next word is their value. */
export interface Known {
  readonly places: readonly Place[];
  readonly valued: readonly string[];
  /** Those of them whose value is a file. */
  readonly files: readonly string[];
}

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** A script for the shell to load: it completes commands, options and arguments from the tree. */
export const completionScript = (shell: Shell, entries: readonly Entry[]): string =>
  SCRIPTS[shell](knownOf(entries));

const HELP: Candidate = { word: '--help', help: 'print help' };
const VERSION: Candidate = { word: '--version', help: 'print the version' };

const namesOf = ({ name, aliases }: Command): readonly string[] => [name, ...(aliases ?? [])];

const longOf = ({ flags }: Flag): string => /--[a-z-]+/.exec(flags)?.[0] ?? '';

const candidateOf = (flag: Flag): Candidate => ({ word: longOf(flag), help: flag.help });

const GLOBAL: readonly Candidate[] = [...GLOBAL_FLAGS.map(candidateOf), HELP];

const slotOf = ({ name, choices }: Word): Slot => choices ?? (/^FILE/.test(name) ? 'file' : 'unknown');

const placeOf = (paths: readonly string[], command: Command): Place => ({
  paths,
  words: [],
  flags: [...(command.flags ?? []).map(candidateOf), ...GLOBAL],
  slots: (command.words ?? []).map(slotOf),
  several: command.words?.at(-1)?.several === true,
});

function knownOf(entries: readonly Entry[]): Known {
  const commands = entries.flatMap((entry) => (isFamily(entry) ? entry.commands : [entry]));
  const flags = [...GLOBAL_FLAGS, ...commands.flatMap((command) => command.flags ?? [])];
  const valued = flags.filter((flag) => flag.flags.includes('<'));
  const files = valued.filter((flag) => /<(?:file|path)>/.test(flag.flags));
  const spelt = (given: readonly Flag[]) => [
    ...new Set(given.flatMap(({ flags: text }) => text.match(/--?[a-z-]+(?=[, <]|$)/g) ?? [])),
  ];
  return { places: placesOf(entries), valued: spelt(valued), files: spelt(files) };
}

function placesOf(entries: readonly Entry[]): readonly Place[] {
  const inside = { flags: GLOBAL, slots: [], several: false };
  const first = entries.map(({ name, summary }) => ({ word: name, help: summary }));
  return [
    { ...inside, paths: [''], words: first, flags: [...GLOBAL, VERSION] },
    ...entries.flatMap((entry): readonly Place[] => {
      if (!isFamily(entry)) return [placeOf([entry.name], entry)];
      const words = entry.commands.flatMap((command) =>
        namesOf(command).map((word) => ({ word, help: command.summary })),
      );
      return [
        { ...inside, paths: [entry.name], words },
        ...entry.commands.map((command) =>
          placeOf(
            namesOf(command).map((name) => `${entry.name} ${name}`),
            command,
          ),
        ),
      ];
    }),
  ];
}
