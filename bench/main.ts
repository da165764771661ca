/** `npm run bench [-- NAME…] [--hours N] [--markdown | --json]`: measures all, or those named. Exits 1 when a target is missed. */
import { parseArgs } from 'node:util';
import { isMissed, type Measurement } from './figure.js';
import { measureBacklog } from './measure-backlog.js';
import { measureConverge } from './measure-converge.js';
import { measureHeal } from './measure-heal.js';
import { measureLambdas } from './measure-lambdas.js';
import { measureLoad } from './measure-load.js';
import { measureLongRoll } from './measure-long-roll.js';
import { measurePlan } from './measure-plan.js';
import { measureReaction } from './measure-reaction.js';
import { measureRest } from './measure-rest.js';
import { measureRoll } from './measure-roll.js';
import { measureSweep } from './measure-sweep.js';
import { asJson, markdown, plainText, type Report } from './render-figures.js';

const MEASUREMENTS: readonly Measurement[] = [
  measureConverge,
  measureHeal,
  measureRest,
  measureReaction,
  measureRoll,
  measureLongRoll,
  measurePlan,
  measureSweep,
  measureBacklog,
  measureLoad,
  measureLambdas,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { markdown: { type: 'boolean' }, json: { type: 'boolean' }, hours: { type: 'string' } },
});

const unknown = positionals.filter((name) => !MEASUREMENTS.some((it) => it.name === name));
if (unknown.length > 0) {
  const known = MEASUREMENTS.map((it) => it.name).join(', ');
  process.stderr.write(`no measurement ${unknown.map((name) => `"${name}"`).join(', ')}; known: ${known}\n`);
  process.exit(2);
}

const hours = values.hours === undefined ? undefined : Number(values.hours);
if (hours !== undefined && !(hours > 0)) {
  process.stderr.write(`--hours must be a number above 0, not "${values.hours}"\n`);
  process.exit(2);
}
const options = hours === undefined ? {} : { hours };

const reports: Report[] = [];
for (const { name, title, run } of MEASUREMENTS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  process.stderr.write(`measuring ${name}\n`);
  reports.push({ name, title, ...(await run(options)) });
}
const render = values.json ? asJson : values.markdown ? markdown : plainText;
process.stdout.write(render(reports));
process.exitCode = reports.some(({ figures }) => figures.some(isMissed)) ? 1 : 0;
