import { describe, expect, it } from 'vitest';
import { groupLeafKeys } from '../../lib/config/document-schema.js';
import { FIELD_EFFECTS } from '../../lib/config/field-effects.js';
import { configHashOf } from '../../lib/core/config-hash.js';
import type { Json, JsonObject } from '../../lib/core/json.js';
import { flavorSchemas } from '../../lib/flavors/index.js';

/** A document in which only this field is set. */
const only = (field: string, value: string): Json =>
  field.split('.').reduceRight<Json>((inner, key): JsonObject => ({ [key]: inner }), value);

describe('FIELD_EFFECTS', () => {
  it('classifies every field that a document may have, and no other', () => {
    expect(Object.keys(FIELD_EFFECTS).sort()).toEqual([...groupLeafKeys(flavorSchemas)].sort());
  });

  it('knows fields of each part of a document', () => {
    expect(FIELD_EFFECTS['Allocation.Size']).toBe('never');
    expect(FIELD_EFFECTS['Updating.Checkpoints.Wait']).toBe('never');
    expect(FIELD_EFFECTS['Flavor.Properties.Init']).toBe('replaces instances');
    expect(FIELD_EFFECTS['Instance.Properties.RunInstancesInput.BlockDeviceMappings.Ebs.VolumeSize']).toBe(
      'replaces instances',
    );
  });

  it.each(Object.entries(FIELD_EFFECTS))('tells what the hash does when %s changes: %s', (field, effect) => {
    const changes = configHashOf(only(field, 'before')) !== configHashOf(only(field, 'after'));
    expect(changes ? 'replaces instances' : 'never').toBe(effect);
  });
});
