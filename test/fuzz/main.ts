/** `npm run fuzz -- --inputs N [--from S]`, or `--input S`: one again, and the smallest that fails as it does. */
import { parseArgs } from 'node:util';
import { shrinkInput } from './shrink-input.js';
import { type Input, inputOf, type Outcome, tryInput } from './try-input.js';
import { type FuzzWorld, startFuzzWorld } from './world.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    input: { type: 'string' },
  },
});

/** A world that accepted much is slow to digest. */
const INPUTS_PER_WORLD = 500;
const MOST_TOLD = 20;
const LONGEST_SHOWN = 2_000;

const inWorld = async <T>(use: (world: FuzzWorld) => Promise<T>): Promise<T> => {
  const world = await startFuzzWorld();
  try {
    return await use(world);
  } finally {
    await world.stop();
  }
};

const tell = ({ failures }: Outcome): void => {
  for (const { kind, what } of failures.slice(0, 3)) say(`  ${kind}: ${what}`);
};

const shown = (input: Input): string =>
  (input.kind === 'request'
    ? JSON.stringify(input.request)
    : JSON.stringify(input.bytes.toString('latin1'))
  ).slice(0, LONGEST_SHOWN);

/** @returns whether it failed. */
const again = async (seed: number): Promise<boolean> => {
  const input = inputOf(seed);
  const outcome = await inWorld((world) => tryInput(world, input));
  say(`input ${seed}: ${outcome.accepted ? 'accepted' : 'refused'}`);
  tell(outcome);
  const [first] = outcome.failures;
  if (first === undefined) return false;
  const smallest = await shrinkInput(input, async (smaller) => {
    const { failures } = await inWorld((world) => tryInput(world, smaller));
    return failures.some(({ kind }) => kind === first.kind);
  });
  say(`smallest: ${shown(smallest)}`);
  return true;
};

/** @returns whether any failed. */
const many = async (from: number, inputs: number): Promise<boolean> => {
  const counts = { accepted: 0, refused: 0, crash: 0, state: 0, length: 0, slow: 0 };
  let failed = 0;
  let longest = { ms: 0, seed: 0 };
  const startedAt = Date.now();
  const play = async (world: FuzzWorld, seed: number) => {
    const outcome = await tryInput(world, inputOf(seed));
    const { accepted, parseMs, failures } = outcome;
    counts[accepted ? 'accepted' : 'refused'] += 1;
    if (parseMs > longest.ms) longest = { ms: parseMs, seed };
    for (const { kind } of failures) counts[kind] += 1;
    if (failures.length === 0) return;
    failed += 1;
    if (failed > MOST_TOLD) return;
    say(`input ${seed} (again: npm run fuzz -- --input ${seed})`);
    tell(outcome);
  };
  for (let first = from; first < from + inputs; first += INPUTS_PER_WORLD) {
    const last = Math.min(first + INPUTS_PER_WORLD, from + inputs) - 1;
    await inWorld(async (world) => {
      for (let seed = first; seed <= last; seed += 1) await play(world, seed);
    });
  }
  say(
    `${inputs} inputs: ${counts.refused} refused, ${counts.accepted} accepted, ${counts.crash} crashes, ${counts.state} changes of state, ${counts.length} too long, ${counts.slow} too slow`,
  );
  say(
    `longest parse ${Math.round(longest.ms)} ms of CPU (input ${longest.seed}); ${Math.round((Date.now() - startedAt) / 1000)} s in all`,
  );
  return failed > 0;
};

const failed =
  values.input === undefined
    ? await many(Number(values.from), Number(values.inputs))
    : await again(Number(values.input));
process.exitCode = failed ? 1 : 0;
