import { codeOnly } from './code-only.js';
import { importsOf } from './layers.js';
import type { SourceFile } from './source-files.js';

/** What a function of the core must not ask for: time, luck, the process, timers, files, the network. */
const IMPURE: readonly [RegExp, string][] = [
  [/\bDate\s*\.\s*now\b/, 'Date.now'],
  [/\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())/, 'new Date without an argument'],
  [/(?<!\bnew\s)(?<![\w.$])Date\s*\(/, 'Date()'],
  [/\bperformance\b/, 'performance'],
  [/\bMath\s*\.\s*random\b/, 'Math.random'],
  [/\b(?:randomUUID|randomBytes|randomInt|getRandomValues)\b/, 'randomness'],
  [/(?<![\w.$])process\b(?!\s*:)/, 'process'],
  [/\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'a timer'],
  [/(?<![\w.$])fetch\s*\(/, 'fetch'],
  [/(?<![\w.$])(?:readFile|writeFile|readFileSync|writeFileSync)\b/, 'a file'],
  [/\bglobalThis\b/, 'globalThis'],
  [/(?<![\w.$])console\b/, 'console'],
];

/** What makes the file impure, a line each; empty for a pure one. */
export const impurities = ({ path, text }: SourceFile): readonly string[] => {
  const code = codeOnly(text);
  const asked = IMPURE.filter(([pattern]) => pattern.test(code)).map(
    ([, what]) => `${path} asks for ${what}`,
  );
  const crypto = importsOf(text).some((name) => name === 'node:crypto' || name === 'crypto');
  const onlyHash = /import\s*\{\s*createHash\s*\}\s*from\s*'node:crypto'/.test(text);
  return crypto && !onlyHash ? [...asked, `${path} imports more of node:crypto than createHash`] : asked;
};
