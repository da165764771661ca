import { writeFile } from 'node:fs/promises';
import { schemaText } from '../lib/config/schema-text.js';
import { flavorSchemas } from '../lib/flavors/index.js';

await writeFile(new URL('../schema/holdfast.schema.json', import.meta.url), schemaText(flavorSchemas));
