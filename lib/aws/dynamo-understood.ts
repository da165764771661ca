import { TABLE_KEYS } from '../core/deployment.js';
import type { Condition } from './dynamo-table.js';

/** Nothing is there yet, or nothing that newer code has written. */
export const understoodOrAbsent = (schemaVersion: number): Condition => ({
  text: 'attribute_not_exists(#pk) OR #schemaVersion <= :schemaVersion',
  names: { '#pk': TABLE_KEYS.partition, '#schemaVersion': 'schemaVersion' },
  values: { ':schemaVersion': schemaVersion },
});
