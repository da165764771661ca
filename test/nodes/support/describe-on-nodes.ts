import { describe } from 'vitest';
import { missingForNodes } from '../../../lib/local/real/requirements.js';

/** A suite that runs where real nodes can, and is skipped elsewhere, loudly. @param programs that it needs besides. */
export const describeOnNodes = (name: string, suite: () => void, programs: readonly string[] = []): void => {
  const missing = missingForNodes(programs);
  if (missing.length === 0) return void describe(name, suite);
  process.stderr.write(`SKIPPED on this machine: "${name}" (${missing.join('; ')})\n`);
  describe.skip(name, suite);
};
