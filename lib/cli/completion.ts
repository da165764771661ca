import { type Command, type Entry, isFamily } from './command.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const isShell = (word: string): word is Shell => SHELLS.some((shell) => shell === word);

/** Options that every command takes. */
const GLOBAL = ['--json', '--url', '--stack', '--profile', '--region', '--help'];

/** What may follow once `path` was typed. */
interface Place {
  /** Every spelling of the words so far, such as `group commit` and `group apply`. */
  readonly paths: readonly string[];
  readonly words: readonly string[];
}

/** A script for the shell to load. It completes commands and options from the tree, and file names elsewhere. */
export function completionScript(shell: Shell, entries: readonly Entry[]): string {
  switch (shell) {
    case 'bash':
      return bash(placesOf(entries));
    case 'zsh':
      return zsh(placesOf(entries));
    case 'fish':
      return fish(entries);
  }
}

const namesOf = ({ name, aliases }: Command): readonly string[] => [name, ...(aliases ?? [])];

const longFlags = ({ flags }: Command): readonly string[] =>
  (flags ?? []).flatMap((flag) => /--[a-z-]+/.exec(flag.flags)?.[0] ?? []);

function placesOf(entries: readonly Entry[]): readonly Place[] {
  const leaf = (paths: readonly string[], command: Command): Place => ({
    paths,
    words: [...(command.name === 'completion' ? SHELLS : []), ...longFlags(command), ...GLOBAL],
  });
  return [
    { paths: [''], words: [...entries.map(({ name }) => name), '--help', '--version'] },
    ...entries.flatMap((entry): readonly Place[] =>
      isFamily(entry)
        ? [
            { paths: [entry.name], words: entry.commands.flatMap(namesOf) },
            ...entry.commands.map((command) =>
              leaf(
                namesOf(command).map((name) => `${entry.name} ${name}`),
                command,
              ),
            ),
          ]
        : [leaf([entry.name], entry)],
    ),
  ];
}

/** A family's commands are two words, others one: what follows a command does not change what it takes. */
const cases = (places: readonly Place[], set: (words: string) => string): readonly string[] =>
  places.map(({ paths, words }) => {
    const patterns = paths.flatMap((path) => {
      const deep = path !== '' && words.includes('--json');
      return deep ? [`'${path}'`, `'${path} '*`] : [`'${path}'`];
    });
    return `    ${patterns.join(' | ')}) ${set(words.join(' '))} ;;`;
  });

const bash = (places: readonly Place[]): string =>
  [
    '# holdfast completion for bash; load it with: source <(holdfast completion bash)',
    '_holdfast() {',
    `  local current="\${COMP_WORDS[COMP_CWORD]}" typed='' candidates='' index`,
    '  for ((index = 1; index < COMP_CWORD; index += 1)); do',
    `    case "\${COMP_WORDS[index]}" in`,
    '    --url | --stack | --profile | --region) index=$((index + 1)) ;;',
    '    -*) ;;',
    `    *) typed="\${typed:+$typed }\${COMP_WORDS[index]}" ;;`,
    '    esac',
    '  done',
    '  case "$typed" in',
    ...cases(places, (words) => `candidates='${words}'`),
    '  esac',
    `  [[ "$typed" == *' '* && "$current" != -* ]] && candidates=''`,
    '  COMPREPLY=($(compgen -W "$candidates" -- "$current"))',
    '}',
    'complete -o default -F _holdfast holdfast',
  ].join('\n');

const zsh = (places: readonly Place[]): string =>
  [
    '#compdef holdfast',
    '# holdfast completion for zsh; load it with: source <(holdfast completion zsh)',
    '_holdfast() {',
    '  local typed="" index',
    '  local -a candidates',
    '  for ((index = 2; index < CURRENT; index += 1)); do',
    `    case "\${words[index]}" in`,
    '    --url | --stack | --profile | --region) index=$((index + 1)) ;;',
    '    -*) ;;',
    `    *) typed="\${typed:+$typed }\${words[index]}" ;;`,
    '    esac',
    '  done',
    '  case "$typed" in',
    ...cases(places, (words) => `candidates=(${words})`),
    '  esac',
    `  if [[ "$typed" == *' '* && "\${words[CURRENT]}" != -* ]]; then`,
    '    _files',
    '  else',
    '    compadd -a candidates',
    '  fi',
    '}',
    'compdef _holdfast holdfast',
  ].join('\n');

const quoted = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

function fish(entries: readonly Entry[]): string {
  const line = (when: string, what: string, help: string) =>
    `complete -c holdfast -n ${quoted(when)} ${what} -d ${quoted(help)}`;
  const flagsOf = (command: Command, when: string): readonly string[] =>
    (command.flags ?? []).flatMap(({ flags, help }) => {
      const long = /--([a-z-]+)/.exec(flags)?.[1];
      const takesValue = flags.includes('<') ? ' -r' : '';
      return long === undefined ? [] : [line(when, `-l ${long}${takesValue}`, help)];
    });
  const seen = (names: readonly string[]) => `__fish_seen_subcommand_from ${names.join(' ')}`;
  return [
    '# holdfast completion for fish; load it with: holdfast completion fish | source',
    ...['json', 'help'].map((flag) => `complete -c holdfast -l ${flag}`),
    ...['url', 'stack', 'profile', 'region'].map((flag) => `complete -c holdfast -l ${flag} -r`),
    ...entries.flatMap((entry): readonly string[] => {
      const first = line('__fish_use_subcommand', `-f -a ${entry.name}`, entry.summary);
      if (!isFamily(entry)) {
        const shells =
          entry.name === 'completion'
            ? [line(seen([entry.name]), `-f -a ${quoted(SHELLS.join(' '))}`, 'shell')]
            : [];
        return [first, ...shells, ...flagsOf(entry, seen([entry.name]))];
      }
      const all = entry.commands.flatMap(namesOf);
      const undecided = `${seen([entry.name])}; and not ${seen(all)}`;
      return [
        first,
        ...entry.commands.flatMap((command) => [
          ...namesOf(command).map((name) => line(undecided, `-f -a ${name}`, command.summary)),
          ...flagsOf(command, `${seen([entry.name])}; and ${seen(namesOf(command))}`),
        ]),
      ];
    }),
  ].join('\n');
}
