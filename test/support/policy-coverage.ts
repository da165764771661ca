import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As in `policy-usage.ts`, which needs a test's worker to be imported. */
const USAGE_DIRECTORY = 'POLICY_USAGE_DIRECTORY';
const SCENARIOS = new URL('../scenario/', import.meta.url);

/** The files of the scenario suite that tell of themselves, by the names that they tell under. */
const partsOf = (): readonly string[] =>
  readdirSync(SCENARIOS)
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => [
      ...readFileSync(new URL(name, SCENARIOS), 'utf8').matchAll(/\breportPolicyUsage\('([^']+)'\)/g),
    ])
    .map(([, part = '']) => part);

interface Unused {
  readonly principal: string;
  readonly sid: string;
  readonly action: string;
}

/** What no part used. The parts run in workers of their own; an action is unused when each of them says so. */
export const unusedByAll = (parts: readonly (readonly Unused[])[]): readonly string[] => {
  const said = parts.map((unused) => unused.map((it) => `${it.principal} ${it.sid}: ${it.action}`));
  return (said[0] ?? []).filter((action) => said.every((part) => part.includes(action)));
};

/** Fails a run of the whole scenario suite when the synthesized policies allow what no scenario uses. */
export function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-policy-'));
  process.env[USAGE_DIRECTORY] = directory;
  return () => {
    const files = partsOf().map((part) => join(directory, `${part}.json`));
    const whole = files.every((file) => existsSync(file));
    const parts = whole ? files.map((file): readonly Unused[] => JSON.parse(readFileSync(file, 'utf8'))) : [];
    rmSync(directory, { recursive: true, force: true });
    const unused = unusedByAll(parts);
    if (unused.length === 0) return;
    process.exitCode = 1;
    throw new Error(`the policies allow what no scenario uses: ${unused.join(', ')}`);
  };
}
