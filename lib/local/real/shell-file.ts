import { readFileSync } from 'node:fs';

/** The text of a shell script that lies beside a module. `npm run build` puts the text in place of the call. */
export const shellFile = (module: string, path: string): string =>
  readFileSync(new URL(path, module), 'utf8');
