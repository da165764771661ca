import type { Candidate, Known, Place, Slot } from './completion.js';

/** In zsh's quotes nothing is special but the quote itself. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** As `_describe` takes it: the word, a colon, and what it is for. */
const listOf = (candidates: readonly Candidate[]): string =>
  candidates.map(({ word, help }) => quoted(`${word.replaceAll(':', '\\:')}:${help}`)).join(' ');

const slotText = (slot: Slot): string =>
  slot === 'file' ? 'files=1' : slot === 'unknown' ? ':' : `candidates=(${slot.map(quoted).join(' ')})`;

const slotsText = ({ slots, several }: Place): readonly string[] => {
  const cases = slots.map(
    (slot, index) => `${several && index === slots.length - 1 ? '*' : index}) ${slotText(slot)} ;;`,
  );
  return cases.length === 0 ? [] : [`      case "$count" in ${cases.join(' ')} esac`];
};

const caseOf = (place: Place): readonly string[] => [
  `    ${place.paths.map(quoted).join(' | ')})`,
  `      flags=(${listOf(place.flags)})`,
  ...(place.words.length === 0 ? [] : [`      candidates=(${listOf(place.words)})`]),
  ...slotsText(place),
  '      ;;',
];

/** To be sourced after `compinit`, or to be saved as `_holdfast` in a folder of `fpath`. */
export const zshScript = ({ places, valued, files }: Known): string => {
  const families = places.filter(({ words, paths }) => words.length > 0 && !paths.includes(''));
  return [
    '#compdef holdfast',
    '# holdfast completion for zsh; load it with: source <(holdfast completion zsh)',
    '_holdfast() {',
    "  local where='' value='' files='' word",
    '  local -i count=0 index',
    '  local -a candidates flags',
    '  for ((index = 2; index < CURRENT; index += 1)); do',
    '    word="$words[index]"',
    '    if [[ -n "$value" ]]; then value=\'\'; continue; fi',
    '    case "$word" in',
    `    (${valued.join('|')}) value="$word" ;;`,
    '    (-*) ;;',
    '    (*)',
    '      case "$where" in',
    `      (${["''", ...families.flatMap(({ paths }) => paths)].join('|')}) where="\${where:+$where }$word" ;;`,
    '      (*) count+=1 ;;',
    '      esac',
    '      ;;',
    '    esac',
    '  done',
    '  case "$where" in',
    ...places.flatMap(caseOf),
    '  esac',
    '  if [[ -n "$value" ]]; then',
    ...(files.length === 0
      ? ['    return 1']
      : [`    case "$value" in (${files.join('|')}) _files ;; (*) return 1 ;; esac`]),
    '  elif [[ "$words[CURRENT]" == -* ]]; then',
    "    _describe -o 'option' flags",
    '  elif [[ -n "$files" ]]; then',
    '    _files',
    '  else',
    "    _describe 'command' candidates",
    '  fi',
    '}',
    '# Loaded by compinit it is the function itself; sourced it is told of.',
    'if [[ "$funcstack[1]" == _holdfast ]]; then _holdfast "$@"; else compdef _holdfast holdfast; fi',
  ].join('\n');
};
