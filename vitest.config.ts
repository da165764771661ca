import { defineConfig } from 'vitest/config';

/** What builds and packs all, in CI or where one asks for it: `HOLDFAST_THOROUGH=1 npx vitest run test/package`. */
const SLOW = process.env.HOLDFAST_THOROUGH ? [] : ['test/package/package.test.ts'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // On real nodes, in a real browser, installed by npm: `npm run test:nodes`, `test:console`, `test:package`.
    exclude: ['test/nodes/**', 'test/console/page/browser/**', 'test/package/install/**', ...SLOW],
    environment: 'node',
    globalSetup: ['test/support/policy-coverage.ts'],
    // CDK's own validation takes five seconds a synth; `validatedByCdk` turns it on in CI, `cdk synth` always.
    env: { NODE_NO_WARNINGS: '1', TZ: 'UTC', CDK_VALIDATION: 'false' },
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Modules keep nothing that tests share but caches; loading CDK and the SDK once a worker saves half the time.
    isolate: false,
    // Some suites mostly wait, for processes of their own.
    maxWorkers: 3,
  },
});
