import type { Command as Commander, CommanderError } from 'commander';
import { nearest } from '../core/nearest.js';
import { type Entry, isFamily } from './command.js';
import { Failure, usage } from './failure.js';

/** What commander says about a wrong command line, in our words: what is wrong, and what to give instead. */
export function usageFailure(
  error: CommanderError,
  command: Commander,
  entries: readonly Entry[],
  help: string,
): Failure {
  const path = pathOf(command);
  const see = `see ${path} --help`;
  if (error.code === 'commander.help') {
    return new Failure('Usage', `say what to do; ${see}`, { exitCode: 2, text: help });
  }
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\s*\(Did you mean (.*)\?\)$/s, '; did you mean $1?');
  const unknown = error.code === 'commander.unknownCommand' ? /'(.*?)'/.exec(message)?.[1] : undefined;
  if (unknown === undefined)
    return usage(`${lowerFirst(message)}; ${see}`.replace(/\.;/, ';').replace('?;', '?'));
  const meant = didYouMean(unknown, command, entries);
  const hint = meant === undefined ? see : `did you mean "${meant}"?`;
  return usage(`no command "${`${path} ${unknown}`.replace(/^holdfast /, '')}"; ${hint}`);
}

/** The command that was meant: misspelt, or given without its family (`holdfast commit` for `holdfast group commit`). */
function didYouMean(word: string, parent: Commander, entries: readonly Entry[]): string | undefined {
  const path = pathOf(parent);
  const here = parent.commands.flatMap((child) => [child.name(), ...child.aliases()]);
  if (path === 'holdfast') {
    for (const family of entries.filter(isFamily)) {
      const exact = family.commands.find(({ name, aliases }) => name === word || aliases?.includes(word));
      if (exact) return `holdfast ${family.name} ${exact.name}`;
    }
  }
  // Given under a family, but it stands alone: `holdfast group freeze` for `holdfast freeze`.
  const alone = entries.find((entry) => !isFamily(entry) && entry.name === word);
  if (alone !== undefined) return `holdfast ${alone.name}`;
  const near = nearest(word, here);
  if (near !== undefined) return `${path} ${near}`;
  if (path !== 'holdfast') return undefined;
  const all = entries
    .filter(isFamily)
    .flatMap((family) =>
      family.commands.map(({ name }) => ({ name, full: `holdfast ${family.name} ${name}` })),
    );
  const elsewhere = nearest(
    word,
    all.map(({ name }) => name),
  );
  return all.find(({ name }) => name === elsewhere)?.full;
}

const pathOf = (command: Commander): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
