import { camelDocument } from '../camel.js';
import type { Command } from '../command.js';
import { renderTable } from '../render/table.js';
import { timeText } from '../render/time.js';

const COLUMNS = [
  { header: 'REVISION', align: 'right' },
  { header: 'COMMITTED (UTC)' },
  { header: 'HASH' },
  { header: 'BY' },
  { header: '' },
] as const;

export const history: Command = {
  name: 'history',
  summary: "list a group's revisions",
  words: [{ name: 'ID', help: 'the group' }],
  examples: ['holdfast group history web'],
  run: async (context, given) => {
    const target = await context.target();
    const answer = await target.call('Group.History', { ID: given.word(0) });
    const rows = answer.Revisions.map(({ Revision, At, ConfigHash, Origin, Current }) => ({
      cells: [
        String(Revision),
        timeText(At),
        ConfigHash.slice(0, 8),
        Origin,
        { text: Current ? 'current' : '', style: 'good' as const },
      ],
    }));
    return { text: renderTable(COLUMNS, rows, context), json: camelDocument(answer) };
  },
};
