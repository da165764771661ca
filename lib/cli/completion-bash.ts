import type { Candidate, Known, Place, Slot } from './completion.js';

const wordsOf = (candidates: readonly Candidate[]): string => candidates.map(({ word }) => word).join(' ');

/** Sets what one argument may be. */
const slotText = (slot: Slot): string =>
  slot === 'file' ? 'files=1' : slot === 'unknown' ? ':' : `words='${slot.join(' ')}'`;

/** By how many arguments were typed before. */
const slotsText = ({ slots, several }: Place): string => {
  const cases = slots.map(
    (slot, index) => `${several && index === slots.length - 1 ? '*' : index}) ${slotText(slot)} ;;`,
  );
  return cases.length === 0 ? '' : ` case "$count" in ${cases.join(' ')} esac;`;
};

const caseOf = (place: Place): string => {
  const patterns = place.paths.map((path) => `'${path}'`).join(' | ');
  const words = place.words.length === 0 ? '' : ` words='${wordsOf(place.words)}';`;
  return `    ${patterns}) flags='${wordsOf(place.flags)}';${words}${slotsText(place)} ;;`.replace(
    /; ;;$/,
    ' ;;',
  );
};

/**
 * For bash 3.2 and newer, without bash-completion. bash breaks words at `:` and `=`, so the value of `--url` may come in
 * several.
 */
export const bashScript = ({ places, valued, files }: Known): string => {
  const families = places.filter(({ words, paths }) => words.length > 0 && !paths.includes(''));
  return [
    '# holdfast completion for bash; load it with: source <(holdfast completion bash)',
    '_holdfast() {',
    `  local current="\${COMP_WORDS[COMP_CWORD]}" path='' count=0 value='' flags='' words='' files='' word index`,
    '  for ((index = 1; index < COMP_CWORD; index += 1)); do',
    `    word="\${COMP_WORDS[index]}"`,
    '    if [[ -n "$value" ]]; then',
    '      [[ "$word" == = ]] && continue',
    `      if [[ "\${COMP_WORDS[index + 1]}" == : ]]; then index=$((index + 1)); else value=''; fi`,
    '      continue',
    '    fi',
    '    case "$word" in',
    `    ${valued.join(' | ')}) value="$word" ;;`,
    '    -*) ;;',
    '    *)',
    '      case "$path" in',
    `      ${["''", ...families.flatMap(({ paths }) => paths)].join(' | ')}) path="\${path:+$path }$word" ;;`,
    '      *) count=$((count + 1)) ;;',
    '      esac',
    '      ;;',
    '    esac',
    '  done',
    '  case "$path" in',
    ...places.map(caseOf),
    '  esac',
    '  COMPREPLY=()',
    '  if [[ -n "$value" ]]; then',
    ...(files.length === 0
      ? ['    return']
      : [`    case "$value" in ${files.join(' | ')}) files=1 ;; *) return ;; esac`]),
    '  elif [[ "$current" == -* ]]; then',
    `    words="$flags" files=''`,
    '  fi',
    '  if [[ -n "$files" ]]; then',
    '    compopt -o default 2>/dev/null',
    '  else',
    '    COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  fi',
    '}',
    'complete -F _holdfast holdfast',
  ].join('\n');
};
