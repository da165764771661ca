import type { GroupLine } from '../../app/api-types.js';
import { camelDocument } from '../camel.js';
import type { Command } from '../command.js';
import type { Style } from '../render/paint.js';
import { renderTable } from '../render/table.js';

const COLUMNS = [
  { header: 'GROUP' },
  { header: 'DECLARED', align: 'right' },
  { header: 'INSTANCES', align: 'right' },
  { header: 'HEALTHY', align: 'right' },
  { header: 'UP TO DATE', align: 'right' },
  { header: 'STATE' },
] as const;

const ROLLOUTS: Readonly<Record<string, string>> = { running: 'updating', 'rolling-back': 'rolling back' };

/** What a person has to know first. */
function stateOf(line: GroupLine): { readonly text: string; readonly style: Style | undefined } {
  if (line.Watch === 'destroying') return { text: line.Watch, style: 'doubtful' };
  const words = [
    ...(line.Watch === 'watched' ? [] : [line.Watch]),
    ...(line.Rollout === undefined ? [] : [ROLLOUTS[line.Rollout] ?? `update ${line.Rollout}`]),
    ...(line.QuorumLost ? ['quorum lost'] : []),
    ...(line.BreakerOpen ? ['breaker open'] : []),
    ...(line.Frozen ? ['frozen'] : []),
  ];
  if (line.Watch === 'watched') words.unshift(line.Converged ? 'converged' : 'diverged');
  const style =
    line.QuorumLost || line.BreakerOpen || line.Rollout === 'failed'
      ? 'bad'
      : line.Watch !== 'watched' || line.Frozen || !line.Converged
        ? 'doubtful'
        : 'good';
  return { text: words.join(', '), style };
}

export const ls: Command = {
  name: 'ls',
  summary: 'list the groups, or one of them',
  words: [{ name: 'ID', help: 'only this group', optional: true }],
  examples: ['holdfast group ls', 'holdfast group ls --json'],
  run: async (context, given) => {
    const [id] = given.words;
    const target = await context.target();
    const { Groups } = await target.call('Group.List', id === undefined ? {} : { ID: id });
    const rows = Groups.map((line) => ({
      cells: [
        line.ID,
        String(line.Declared),
        String(line.Instances),
        String(line.Healthy),
        String(line.UpToDate),
        stateOf(line),
      ],
    }));
    return {
      text: rows.length === 0 ? 'no groups' : renderTable(COLUMNS, rows, context),
      json: { groups: Groups.map(camelDocument) },
    };
  },
};
