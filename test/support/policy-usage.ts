import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { planeTemplate } from './scenario-template.js';

/** Where the parts of the scenario suite leave what they did not use; set by `policy-coverage.ts`. */
export const USAGE_DIRECTORY = 'POLICY_USAGE_DIRECTORY';

/** Leaves word for `policy-coverage.ts`, after the last test of this part, of the allowed actions that none of its scenarios used. */
export const reportPolicyUsage = (part: string): void => {
  afterAll(() => {
    const directory = process.env[USAGE_DIRECTORY];
    if (directory === undefined) return;
    const unused = planeTemplate('holdfast-a').evaluator.unusedActions();
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${part}.json`), JSON.stringify(unused));
  });
};
