import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** What packs all or plays the tours in real time; in CI, or where one asks: `HOLDFAST_THOROUGH=1 npx vitest run test/docs`. */
const SLOW = process.env.HOLDFAST_THOROUGH
  ? []
  : ['test/package/package.test.ts', 'test/docs/readme-tour.test.ts'];

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
    // Each loads CDK and the SDK, so no more of them than can work at once.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
