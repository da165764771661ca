/** `npm run simulate:mutants [-- PART OF A NAME …]`: breaks the safety code on purpose, and looks whether a story notices. */
import { playAll, type Report } from './crew.js';
import { MUTANTS, type Mutant } from './mutants.js';

/** Stories that a mutant has to be noticed in. */
const MOST_SEEDS = 500;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The report of the lowest seed that notices, however the workers share them. */
const firstToNotice = async (mutant: Mutant): Promise<Report | undefined> => {
  process.env.HOLDFAST_MUTANT = JSON.stringify(mutant);
  const reports: Report[] = [];
  let first: Report | undefined;
  await playAll({ from: 1, to: 1 + MOST_SEEDS }, (report) => {
    reports.push(report);
    if (report.violations.length > 0 && report.seed < (first?.seed ?? Number.POSITIVE_INFINITY))
      first = report;
    const before = first?.seed ?? Number.POSITIVE_INFINITY;
    return reports.filter(({ seed }) => seed < before).length === before - 1 ? 'stop' : 'go on';
  });
  return first;
};

// What Node and the SDK say at each start, the workers of every mutant would say again.
process.env.NODE_NO_WARNINGS = '1';

const parts = process.argv.slice(2);
const chosen = MUTANTS.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
let noticed = 0;
for (const mutant of chosen) {
  const begun = Date.now();
  const report = await firstToNotice(mutant);
  if (report !== undefined) noticed += 1;
  const [violation] = report?.violations ?? [];
  const how = report
    ? `seed ${report.seed}, ${violation?.rule}: ${violation?.message.slice(0, 140)}`
    : `NOT NOTICED in ${MOST_SEEDS} seeds`;
  say(`${mutant.name}\n  ${how} (${Math.round((Date.now() - begun) / 1000)} s)`);
}
say(`${noticed} of ${chosen.length} mutants were noticed`);
process.exitCode = chosen.length > 0 && noticed === chosen.length ? 0 : 1;
