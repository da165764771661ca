/** `npm run fuzz -- --inputs N [--from S]`; one failing input again: `--inputs 1 --from S`. */
import { parseArgs } from 'node:util';
import { trySeed } from './try-input.js';
import { startFuzzWorld } from './world.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '10000' }, from: { type: 'string', default: '1' } },
});

/** A world that accepted much is slow to digest. */
const INPUTS_PER_WORLD = 500;
const MOST_TOLD = 20;

const from = Number(values.from);
const inputs = Number(values.inputs);
const counts = { accepted: 0, refused: 0, crash: 0, state: 0, length: 0, slow: 0 };
let failed = 0;
let longest = { ms: 0, seed: 0 };
const startedAt = Date.now();
let world = await startFuzzWorld();
for (let seed = from; seed < from + inputs; seed += 1) {
  if (seed > from && (seed - from) % INPUTS_PER_WORLD === 0) {
    await world.stop();
    world = await startFuzzWorld();
  }
  const { accepted, parseMs, failures } = await trySeed(world, seed);
  counts[accepted ? 'accepted' : 'refused'] += 1;
  if (parseMs > longest.ms) longest = { ms: parseMs, seed };
  for (const { kind } of failures) counts[kind] += 1;
  if (failures.length === 0) continue;
  failed += 1;
  if (failed > MOST_TOLD) continue;
  say(`input ${seed} (again: npm run fuzz -- --inputs 1 --from ${seed})`);
  for (const { kind, what } of failures.slice(0, 3)) say(`  ${kind}: ${what}`);
}
await world.stop();
say(
  `${inputs} inputs: ${counts.refused} refused, ${counts.accepted} accepted, ${counts.crash} crashes, ${counts.state} changes of state, ${counts.length} too long, ${counts.slow} too slow`,
);
say(
  `longest parse ${Math.round(longest.ms)} ms of CPU (input ${longest.seed}); ${Math.round((Date.now() - startedAt) / 1000)} s in all`,
);
process.exitCode = failed === 0 ? 0 : 1;
