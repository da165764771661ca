import { readFile, writeFile } from 'node:fs/promises';
import { COMMANDS } from '../lib/cli/commands/index.js';
import { referencePage } from '../lib/cli/reference-page.js';
import { keyTables, withKeyTables } from '../lib/config/schema-tables.js';
import { flavorSchemas } from '../lib/flavors/index.js';

const page = (name: string) => new URL(`../docs/${name}`, import.meta.url);

const config = await readFile(page('config.md'), 'utf8');
await writeFile(page('config.md'), withKeyTables(config, keyTables(flavorSchemas)));
await writeFile(page('cli.md'), referencePage(COMMANDS));
