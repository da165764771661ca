import { describe, expect, it } from 'vitest';
import { forbiddenImports, importsOf, LAYERS, layerOf } from './layers.js';
import { CODE, sourceFiles } from './source-files.js';

const FILES = sourceFiles(['lib', 'lambdas', 'bin'], CODE);

describe('the import table', () => {
  it('is kept by every file of lib, lambdas and bin', () => {
    expect(FILES.length).toBeGreaterThan(200);
    expect(FILES.flatMap((file) => forbiddenImports(file))).toEqual([]);
  });

  it('allows nothing that no file needs', () => {
    const idle = Object.entries(LAYERS).flatMap(([layer, { layers, packages }]) => {
      const files = FILES.filter(({ path }) => layerOf(path) === layer);
      const without = (rule: { layers: readonly string[]; packages: readonly string[] }) =>
        files.some((file) => forbiddenImports(file, { ...LAYERS, [layer]: rule }).length > 0);
      return [
        ...layers.filter((it) => !without({ layers: layers.filter((other) => other !== it), packages })),
        ...packages.filter((it) => !without({ layers, packages: packages.filter((other) => other !== it) })),
      ].map((it) => `${layer}: ${it}`);
    });
    expect(idle).toEqual([]);
  });

  it.each([
    ['core asks an adapter', 'lib/core/plan.ts', "import { x } from '../aws/clients.js';"],
    ['core takes a package', 'lib/core/plan.ts', "import { z } from 'zod';"],
    ['a use case knows the SDK', 'lib/app/sweep.ts', "import type { EC2 } from '@aws-sdk/client-ec2';"],
    ['a use case loads one lazily', 'lib/app/api/reads.ts', "const x = await import('../../aws/adopt.js');"],
    ['a port hands one on', 'lib/ports/clock.ts', "export { x } from '../app/sweep.js';"],
    ['a construct plans', 'lib/infra/sweep.ts', "import { planGroup } from '../core/plan-group.js';"],
    ['the local cloud knows lambdas', 'lib/local/serve.ts', "import '../../lambdas/sweep.js';"],
    ['a lambda knows the local cloud', 'lambdas/sweep.ts', "import { x } from '../lib/local/clock.js';"],
    ['a file is in no layer', 'lib/odd/thing.ts', ''],
  ])('is broken when %s', (_, path, text) => {
    expect(forbiddenImports({ path, text })).toHaveLength(1);
  });

  it('takes no word of a sentence for an import', () => {
    expect(importsOf('const text = "heard of from \'1s\' on";')).toEqual([]);
  });

  it('tells a name that begins like another', () => {
    expect(importsOf("import x from 'zod-extra';\nimport('yaml/util');\nimport 'node:fs/promises'")).toEqual([
      'zod-extra',
      'yaml/util',
      'node:fs/promises',
    ]);
    expect(forbiddenImports({ path: 'lib/config/a.ts', text: "import 'zod-extra'" })).toHaveLength(1);
    expect(forbiddenImports({ path: 'lib/config/a.ts', text: "import 'yaml/util'" })).toEqual([]);
  });
});
