import { documentJsonSchema, type FlavorSchema } from './document-schema.js';

/** The shipped schema file, byte for byte. */
export const schemaText = (flavors: readonly FlavorSchema[]): string =>
  `${JSON.stringify(documentJsonSchema(flavors), undefined, 2)}\n`;
