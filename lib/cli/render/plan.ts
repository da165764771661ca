import type { Committed } from '../../app/api-types.js';
import { camelDocument } from '../camel.js';
import type { CommandResult, Context } from '../command.js';

/** InfraKit's first line, ours after it. */
const planLines = (
  { ID, Plan, Warnings }: Committed,
  how: 'committed' | 'pretended',
  { paint }: Pick<Context, 'paint'>,
): readonly string[] => {
  const [first = '', ...more] = Plan.split('\n');
  const said = how === 'committed' ? `Committed ${ID}: ${first}` : `Committing ${ID} would involve: ${first}`;
  return [
    said,
    ...more.map((line) => `  ${line}`),
    ...Warnings.map((warning) => `  ${paint('doubtful', `warning: ${warning}`)}`),
  ];
};

/** What was, or would be, done to each group. */
export const plansResult = (
  groups: readonly Committed[],
  how: 'committed' | 'pretended',
  context: Pick<Context, 'paint'>,
): CommandResult & { readonly changed: boolean } => ({
  text: groups.flatMap((group) => planLines(group, how, context)).join('\n'),
  json: { groups: groups.map(camelDocument) },
  changed: groups.some(({ Changed }) => Changed),
});

/** The plan of one group after a line of the command's own. */
export const planBelow = (
  line: string,
  { Plan, Warnings }: Committed,
  { paint }: Pick<Context, 'paint'>,
): string =>
  [
    line,
    ...Plan.split('\n')
      .filter((planned) => planned !== '')
      .map((planned) => `  ${planned}`),
    ...Warnings.map((warning) => `  ${paint('doubtful', `warning: ${warning}`)}`),
  ].join('\n');
