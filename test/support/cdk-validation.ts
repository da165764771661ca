import { afterAll, beforeAll, vi } from 'vitest';
import { thoroughly } from './thorough.js';

/** Lets CDK validate what the suite synthesizes by its own rules, as `cdk synth` does: five seconds each, so only in CI. */
export const validatedByCdk = (): void => {
  beforeAll(() => void vi.stubEnv('CDK_VALIDATION', thoroughly('true', 'false')));
  afterAll(() => void vi.unstubAllEnvs());
};
