import type { Command, CommandResult, Context, Given, Word } from '../command.js';
import { sendConfirmed } from '../confirm.js';
import { placed, readGroups } from '../documents.js';
import { plansResult } from '../render/plan.js';

const FILE: Word = { name: 'FILE', help: 'a config document in JSON or YAML; - is standard input' };

const YES = { flags: '-y, --yes', help: 'do not ask, even if much is destroyed at once' } as const;

/** Says what committing the groups of a file would do. Changes nothing. */
async function pretend(
  context: Context,
  file: string,
): Promise<CommandResult & { readonly changed: boolean }> {
  const written = await readGroups(context, file);
  const target = await context.target();
  const { Groups } = await placed(written, () =>
    target.call('Group.CommitGroups', { Specs: written.specs, Pretend: true }),
  );
  return plansResult(Groups, 'pretended', context);
}

/** Commits every group of a file, or none. */
export async function commitFile(context: Context, file: string, yes: boolean): Promise<CommandResult> {
  const written = await readGroups(context, file);
  const target = await context.targetToChange();
  // What came on standard input leaves nobody there to ask.
  const asking = file === '-' ? { ...context, io: { ...context.io, interactive: false } } : context;
  const { Groups } = await placed(written, () =>
    sendConfirmed(asking, yes, (params) =>
      target.call('Group.CommitGroups', { Specs: written.specs, ...params }),
    ),
  );
  return plansResult(Groups, 'committed', context);
}

export const commit: Command = {
  name: 'commit',
  aliases: ['apply', 'update'],
  summary: 'make what a file declares so: every group in it, or none',
  words: [FILE],
  flags: [
    { flags: '--pretend', help: 'say what would happen, and change nothing' },
    { flags: '--dry-run', help: 'the same as --pretend' },
    YES,
  ],
  examples: ['holdfast group commit web.json', 'holdfast group commit web.yaml --pretend'],
  run: (context, given) =>
    given.flag('pretend') || given.flag('dryRun')
      ? pretend(context, given.word(0))
      : commitFile(context, given.word(0), given.flag('yes')),
};

export const describeUpdate: Command = {
  name: 'describe-update',
  aliases: ['diff'],
  summary: 'say what committing a file would do, and change nothing',
  words: [FILE],
  flags: [{ flags: '--exit-code', help: 'exit with 5 when there are changes' }],
  examples: ['holdfast group describe-update web.json', 'holdfast group diff web.json --exit-code'],
  exits: { 5: 'there are changes, with `--exit-code`' },
  run: async (context, given) => {
    const result = await pretend(context, given.word(0));
    return given.flag('exitCode') && result.changed ? { ...result, exitCode: 5 } : result;
  },
};

export const validate: Command = {
  name: 'validate',
  summary: 'check a file by schema and rules only; needs no target and no credentials',
  words: [FILE],
  examples: ['holdfast group validate web.json'],
  run: async (context, given) => {
    const file = given.word(0);
    const { specs } = await readGroups(context, file);
    const ids = specs.map(({ ID }) => ID);
    const count = ids.length === 1 ? '1 group' : `${ids.length} groups`;
    return {
      text: `${file === '-' ? 'standard input' : file} is valid: ${count} (${ids.join(', ')})`,
      json: { valid: true, groups: ids.map((id) => ({ id })) },
    };
  },
};

/** By spelling alone, so that the same words mean the same in every folder. */
const isFile = (word: string): boolean => word === '-' || /[\\/]/.test(word) || /\.(json|ya?ml)$/i.test(word);

async function watchAgain(context: Context, id: string): Promise<CommandResult> {
  const target = await context.targetToChange();
  const committed = await target.call('Group.Watch', { ID: id, RequestId: context.world.random.id() });
  return plansResult([committed], 'committed', context);
}

export const watch: Command = {
  name: 'watch',
  summary: 'commit a file, or watch a known group again and adopt its instances',
  words: [{ name: 'FILE|ID', help: 'a file ends with .json, .yaml or .yml, or has a slash; else a group' }],
  flags: [YES],
  examples: ['holdfast group watch web.json', 'holdfast group watch web'],
  run: (context: Context, given: Given) =>
    isFile(given.word(0))
      ? commitFile(context, given.word(0), given.flag('yes'))
      : watchAgain(context, given.word(0)),
};
