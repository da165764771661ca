import { defineConfig } from 'vitest/config';

/** The console's page in a real browser: skipped where Chromium is not and cannot be installed. `npm run test:console`. */
export default defineConfig({
  test: {
    include: ['test/console/page/browser/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['test/console/page/support/install-chromium.ts'],
    env: { NODE_NO_WARNINGS: '1', TZ: 'UTC' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    isolate: false,
  },
});
