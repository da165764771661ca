import { type Figure, isMissed, type Limit, type Measured } from './figure.js';

export interface Report extends Measured {
  readonly name: string;
  readonly title: string;
}

const HEADINGS = ['what', 'measured', 'target', 'verdict', 'InfraKit', 'made of'] as const;

/** One aligned table for people. */
export const plainText = (reports: readonly Report[]): string => {
  const rows = reports.flatMap(({ title, figures }) => [[title], ...figures.map(cells)]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.filter((row) => row.length > 1).map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const notes = reports.flatMap((report) => report.notes);
  return [
    line(HEADINGS),
    ...rows.map((row) => (row.length === 1 ? `\n${row[0]}` : line(row))),
    ...(notes.length > 0 ? ['', 'Conditions and assumptions', ...notes.map((note) => `- ${note}`)] : []),
    '',
  ].join('\n');
};

/** The same as a Markdown table, for the README. */
export const markdown = (reports: readonly Report[]): string => {
  const line = (row: readonly string[]): string => `| ${row.map(escaped).join(' | ')} |`;
  const notes = reports.flatMap((report) => report.notes);
  return [
    line(HEADINGS),
    '|---|---:|---|---|---|---|',
    ...reports.flatMap(({ title, figures }) => [
      line([`**${title}**`, '', '', '', '', '']),
      ...figures.map((figure) => line(cells(figure))),
    ]),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
};

/** The same as one JSON document. */
export const asJson = (reports: readonly Report[]): string =>
  `${JSON.stringify(
    reports.map((report) => ({
      ...report,
      figures: report.figures.map((figure) => ({ ...figure, missed: isMissed(figure) })),
    })),
    undefined,
    2,
  )}\n`;

const escaped = (cell: string): string => cell.replaceAll('|', '\\|');

const cells = (figure: Figure): readonly string[] => [
  figure.what,
  quantity(figure.value, figure.unit),
  figure.limit === undefined ? '' : limitText(figure.limit, figure.unit),
  figure.limit === undefined ? '' : isMissed(figure) ? 'MISSED' : 'ok',
  figure.infrakit === undefined ? '' : String(figure.infrakit),
  figure.detail ?? '',
];

const limitText = (limit: Limit, unit: string): string =>
  'atMost' in limit ? `≤ ${quantity(limit.atMost, unit)}` : `< ${quantity(limit.below, unit)}`;

const quantity = (value: number, unit: string): string =>
  unit === '$' ? `$${value.toFixed(2)}` : `${rounded(value)} ${unit}`;

/** Three digits are all that the measurements are good for. */
const rounded = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
