import { defineConfig } from 'vitest/config';

/** Suites on real nodes: Linux and root. One after the other, since each needs the machine for itself. */
export default defineConfig({
  test: {
    include: ['test/nodes/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['test/nodes/support/install-packages.ts'],
    env: { NODE_NO_WARNINGS: '1', TZ: 'UTC' },
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    fileParallelism: false,
  },
});
