import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // On real nodes, in a real browser, installed by npm: `npm run test:nodes`, `test:console`, `test:package`.
    exclude: ['test/nodes/**', 'test/console/page/browser/**', 'test/package/install/**'],
    environment: 'node',
    globalSetup: ['test/support/policy-coverage.ts'],
    env: { NODE_NO_WARNINGS: '1', TZ: 'UTC', CDK_VALIDATION: 'false' },
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Modules keep nothing that tests share but caches; loading CDK and the SDK once a worker saves half the time.
    isolate: false,
    // Some suites mostly wait, for processes of their own.
    maxWorkers: 3,
  },
});
