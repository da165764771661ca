import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package that this file is in: the folder above in a checkout, further up when it is built. */
export function ownPackage(): { readonly version: string; readonly schemaFile: string } {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    const schemaFile = join(folder, 'schema', 'holdfast.schema.json');
    if (existsSync(file)) {
      const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (typeof found === 'object' && found !== null && 'version' in found) {
        return { version: String(found.version), schemaFile };
      }
    }
    if (folder === dirname(folder)) return { version: 'unknown', schemaFile };
  }
}
