import { type Command, type Entry, type Flag, isFamily } from './command.js';
import { EXIT_CODES, GLOBAL_FLAGS } from './global-options.js';

const HEAD = `# Command line

Written by \`npm run docs\` from what \`holdfast --help\` knows. [operations.md](operations.md) says when to use what.

Commands go to the local cloud on this machine unless \`--stack\` or \`HOLDFAST_STACK\` names a stack on AWS: never to AWS by
accident. A command that changes something names its target on standard error first.

## Output

Answers go to standard output. Progress, questions, the target and errors go to standard error.

- With \`--json\` standard output holds one JSON document, a failure too: \`{"error": {"code", "message", "issues"?: [{"path",
  "message", "file"?, "line"?, "column"?}]}}\`. \`group events --follow\` prints one document a line.
- Mistakes in a file are told all at once, each as \`file:line:column path: what to change\`.
- Colours are for terminals. \`NO_COLOR\` turns them off, \`FORCE_COLOR\` on even in a pipe, which \`FORCE_COLOR=0\` turns off.
- Where standard error is no terminal, progress comes as plain lines instead of a spinner. Nothing is asked where there is nobody to
  answer: what needs a yes then fails, and says which option gives it.
- Tables fit the width of the terminal, and 80 columns in a pipe.
- \`holdfast completion bash\`, \`zsh\` or \`fish\` prints a completion script for your shell.`;

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (headers: readonly string[], rows: readonly (readonly string[])[]): string =>
  [headers, headers.map(() => '---'), ...rows]
    .map((cells, index) => (index === 1 ? `|${cells.join('|')}|` : `| ${cells.map(cell).join(' | ')} |`))
    .join('\n');

const flagRow = ({ flags, help, required, fallback }: Flag): readonly string[] => [
  code(flags),
  [
    help,
    ...(required ? ['(required)'] : []),
    ...(fallback === undefined ? [] : [`(default: ${fallback})`]),
  ].join(' '),
];

const exitTable = (codes: readonly [string, string][]): string =>
  table(
    ['Exit code', 'Means'],
    codes.map(([number, means]) => [number, means]),
  );

const usageLine = ({ words = [], flags = [] }: Command, path: string): string => {
  const given = words.map(({ name, optional, several }) => {
    const shape = several ? `${name}...` : name;
    return optional ? `[${shape}]` : `<${shape}>`;
  });
  const needed = flags.flatMap((flag) => (flag.required ? [flag.flags.replace(/^-\w, /, '')] : []));
  return ['holdfast', path, ...needed, ...(flags.length > needed.length ? ['[options]'] : []), ...given].join(
    ' ',
  );
};

const commandPart = (command: Command, path: string, level: string): string => {
  const { aliases = [], words = [], flags = [], exits = {}, summary, examples } = command;
  const others = aliases.map((alias) => code([...path.split(' ').slice(0, -1), alias].join(' ')));
  const parts = [
    `${level} holdfast ${path}`,
    `${sentence(summary)}${others.length === 0 ? '' : ` Also ${others.join(' and ')}.`}`,
    ['```', usageLine(command, path), '```'].join('\n'),
    ...(words.length === 0
      ? []
      : [
          table(
            ['Argument', 'Means'],
            words.map(({ name, help }) => [code(name), help]),
          ),
        ]),
    ...(flags.length === 0 ? [] : [table(['Option', 'Means'], flags.map(flagRow))]),
    ...(Object.keys(exits).length === 0 ? [] : [exitTable(Object.entries(exits))]),
    ['```sh', ...examples, '```'].join('\n'),
  ];
  return parts.join('\n\n');
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** docs/cli.md: every command with its arguments, options, exit codes and examples. */
export const referencePage = (entries: readonly Entry[]): string =>
  `${[
    HEAD,
    '## Options of every command',
    table(['Option', 'Means'], GLOBAL_FLAGS.map(flagRow)),
    '## Exit codes',
    exitTable(Object.entries(EXIT_CODES)),
    ...entries.flatMap((entry) =>
      isFamily(entry)
        ? [
            `## holdfast ${entry.name}`,
            sentence(entry.summary),
            ...entry.commands.map((command) => commandPart(command, `${entry.name} ${command.name}`, '###')),
          ]
        : [commandPart(entry, entry.name, '##')],
    ),
  ].join('\n\n')}\n`;
