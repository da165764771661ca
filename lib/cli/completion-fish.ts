import type { Candidate, Known, Place, Slot } from './completion.js';

const quoted = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

const line = (when: string, ...what: readonly string[]): string =>
  ['complete -c holdfast -n', quoted(when), ...what].join(' ');

const wordLine = (when: string, { word, help }: Candidate): string =>
  line(when, '-a', quoted(word), '-d', quoted(help));

/** Right behind these words. */
const at = ({ paths }: Place): string => `__holdfast_at 0 ${paths.map(quoted).join(' ')}`;

/** Behind these words and so many arguments. */
const slotLine = ({ paths, slots, several }: Place, slot: Slot, index: number): readonly string[] => {
  const count = several && index === slots.length - 1 ? `${index}+` : String(index);
  const when = `__holdfast_at ${count} ${paths.map(quoted).join(' ')}`;
  if (slot === 'unknown') return [];
  return slot === 'file' ? [line(when, '-F')] : slot.map((word) => line(when, '-a', quoted(word)));
};

const flagLine = (
  when: string,
  { word, help }: Candidate,
  { valued, files }: Omit<Known, 'places'>,
): string => {
  const value = files.includes(word) ? ['-r', '-F'] : valued.includes(word) ? ['-x'] : [];
  return line(when, '-l', word.replace(/^--/, ''), ...value, '-d', quoted(help));
};

/** Conditions are functions of our own: fish's take the value of an option for a command. */
export const fishScript = ({ places, ...options }: Known): string =>
  [
    '# holdfast completion for fish; load it with: holdfast completion fish | source',
    'function __holdfast_words',
    '  set -l value 0',
    '  for word in (commandline -opc)[2..-1]',
    '    if test $value = 1',
    '      set value 0',
    '      continue',
    '    end',
    '    switch $word',
    `      case ${options.valued.join(' ')}`,
    '        set value 1',
    "      case '-*'",
    "      case '*'",
    '        echo $word',
    '    end',
    '  end',
    'end',
    '# __holdfast_at COUNT PATH...: COUNT arguments were typed behind one of the paths; 2+ is two or more, any any number.',
    'function __holdfast_at',
    '  set -l words (__holdfast_words)',
    '  for path in $argv[2..-1]',
    "    set -l steps (string split -n ' ' -- $path)",
    '    set -l typed (math (count $words) - (count $steps))',
    '    test $typed -ge 0; or continue',
    "    set -l begins ''",
    '    test (count $steps) -gt 0; and set begins "$words[1..$(count $steps)]"',
    '    test "$begins" = "$path"; or continue',
    '    switch $argv[1]',
    '      case any',
    '        return 0',
    "      case '*+'",
    '        test $typed -ge (string trim -r -c + -- $argv[1]); and return 0',
    "      case '*'",
    '        test $typed -eq $argv[1]; and return 0',
    '    end',
    '  end',
    '  return 1',
    'end',
    'complete -c holdfast -f',
    ...places.flatMap((place) => {
      const inside = place.words.length > 0 ? at(place) : at(place).replace('at 0', 'at any');
      return [
        ...place.words.map((candidate) => wordLine(at(place), candidate)),
        ...place.flags.map((candidate) => flagLine(inside, candidate, options)),
        ...place.slots.flatMap((slot, index) => slotLine(place, slot, index)),
      ];
    }),
  ].join('\n');
