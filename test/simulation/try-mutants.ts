/** `npm run simulate:mutants [-- PART OF A NAME]`: breaks the safety code on purpose, and looks whether a story notices. */
import { playAll, type Report } from './crew.js';
import { MUTANTS, type Mutant } from './mutants.js';

/** Stories that a mutant has to be noticed in. */
const MOST_SEEDS = 500;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const firstToNotice = async (mutant: Mutant): Promise<Report | undefined> => {
  process.env.HOLDFAST_MUTANT = JSON.stringify(mutant);
  let noticed: Report | undefined;
  await playAll({ from: 1, to: 1 + MOST_SEEDS }, (report) => {
    if (report.violations.length > 0) noticed ??= report;
    return noticed === undefined ? 'go on' : 'stop';
  });
  return noticed;
};

const [part = ''] = process.argv.slice(2);
let survivors = 0;
for (const mutant of MUTANTS.filter(({ name }) => name.includes(part))) {
  const noticed = await firstToNotice(mutant);
  if (noticed === undefined) survivors += 1;
  const [violation] = noticed?.violations ?? [];
  const how = noticed
    ? `seed ${noticed.seed}: ${violation?.rule}: ${violation?.message.slice(0, 140)}`
    : 'NOT NOTICED';
  say(`${mutant.name}\n  ${how}`);
}
say(survivors === 0 ? 'every mutant was noticed' : `${survivors} mutants were not noticed`);
process.exitCode = survivors === 0 ? 0 : 1;
