import type { RevisionView } from '../../app/api-types.js';
import { camelDocument } from '../camel.js';
import type { Command } from '../command.js';
import type { Style } from '../render/paint.js';
import { renderTable } from '../render/table.js';
import type { Cell } from '../render/table-cell.js';
import { timeText } from '../render/time.js';

const COLUMNS = [
  { header: 'REVISION', align: 'right' },
  { header: 'COMMITTED (UTC)' },
  { header: 'HASH' },
  { header: 'BY' },
  { header: 'OUTCOME' },
] as const;

const STYLES: Readonly<Record<string, Style>> = {
  succeeded: 'good',
  failed: 'bad',
  paused: 'doubtful',
  stopped: 'doubtful',
  'rolled-back': 'bad',
  'rolling-back': 'bad',
};

const rolloutText = ({ Status, Replaced, Total }: NonNullable<RevisionView['Rollout']>): string =>
  Status === 'succeeded' ? Status : `${Status} at ${Replaced} of ${Total}`;

/** The newest rollout to the revision, and whether the group is declared by it or was last whole under it. */
function outcomeOf({ Current, Steady, Rollout }: RevisionView): Cell {
  const marks = [
    Current ? 'current' : '',
    Steady ? 'last finished' : '',
    Rollout === undefined ? '' : rolloutText(Rollout),
  ];
  const text = marks.filter((mark) => mark !== '').join(', ');
  return { text, style: Rollout === undefined ? (Current ? 'good' : undefined) : STYLES[Rollout.Status] };
}

export const history: Command = {
  name: 'history',
  summary: "list a group's revisions and what became of their rolling updates",
  words: [{ name: 'ID', help: 'the group' }],
  examples: ['holdfast group history web'],
  run: async (context, given) => {
    const target = await context.target();
    const answer = await target.call('Group.History', { ID: given.word(0) });
    const rows = answer.Revisions.map((revision) => ({
      cells: [
        String(revision.Revision),
        timeText(revision.At),
        revision.ConfigHash.slice(0, 8),
        revision.Origin,
        outcomeOf(revision),
      ],
    }));
    return { text: renderTable(COLUMNS, rows, context), json: camelDocument(answer) };
  },
};
