import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['test/support/policy-coverage.ts'],
    env: { NODE_NO_WARNINGS: '1', TZ: 'UTC' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Some suites mostly wait, for processes of their own.
    maxWorkers: 3,
  },
});
