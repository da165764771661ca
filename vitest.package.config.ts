import { defineConfig } from 'vitest/config';

/** The package as npm installs it: needs the registry that npm is set up for, and minutes. `npm run test:package`. */
export default defineConfig({
  test: {
    include: ['test/package/install/**/*.test.ts'],
    environment: 'node',
    env: { NODE_NO_WARNINGS: '1', TZ: 'UTC' },
    testTimeout: 600_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  },
});
