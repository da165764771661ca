import type { Context } from '../command.js';
import type { Style } from './paint.js';
import { renderTable } from './table.js';

interface ListedInstance {
  readonly ID: string;
  readonly State: string;
  readonly Tags: Readonly<Record<string, string>>;
  /** What else tells it apart, such as its address; empty for nothing. */
  readonly About: string;
}

const STATES: Readonly<Record<string, Style>> = {
  running: 'good',
  pending: 'doubtful',
  stopping: 'doubtful',
  stopped: 'bad',
  'shutting-down': 'faint',
  terminated: 'faint',
};

/** One row for each instance, its tags below. */
export function instanceListText(
  instances: readonly ListedInstance[],
  look: Pick<Context, 'paint' | 'width'>,
): string {
  if (instances.length === 0) return 'no instances';
  const about = instances.some(({ About }) => About !== '');
  const columns = [{ header: 'INSTANCE' }, { header: 'STATE' }, ...(about ? [{ header: 'ABOUT' }] : [])];
  const rows = instances.map(({ ID, State, Tags, About }) => ({
    cells: [ID, { text: State, style: STATES[State] }, ...(about ? [About] : [])],
    notes: [
      Object.entries(Tags)
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(' '),
    ].filter((line) => line !== ''),
  }));
  return renderTable(columns, rows, look);
}
