import { describe, expect, test } from 'vitest';
import { ThrottledError } from '../../lib/core/errors.js';
import { memoryGroupStore, memoryTable } from '../../lib/local/memory-store.js';
import { groupStoreContract } from './group-store-contract.js';
import { itemStoreContract } from './item-store-contract.js';
import { rolloutStoreContract } from './rollout-store-contract.js';
import { sampleGroup } from './sample-group.js';

const inMemory = async () => {
  const table = memoryTable();
  return { store: memoryGroupStore({ table }), newer: memoryGroupStore({ table, schemaVersion: 2 }) };
};

groupStoreContract('memory store', inMemory);
itemStoreContract('memory store', inMemory);
rolloutStoreContract('memory store', inMemory);

describe('memory store', () => {
  test('it hands out values that nobody can change', async () => {
    const store = memoryGroupStore();
    const record = sampleGroup();
    await store.create(record);
    const read = await store.read(record.id);
    expect(Object.isFrozen(read)).toBe(true);
    expect(Object.isFrozen(read?.status.reasons)).toBe(true);
  });

  test('it lets a hook break off before or after the write', async () => {
    const table = memoryTable();
    const record = sampleGroup();
    const before = memoryGroupStore({ table, hook: async () => Promise.reject(new ThrottledError('slow')) });
    await expect(before.create(record)).rejects.toMatchObject({ name: 'Throttled' });
    expect(table.groups.size).toBe(0);
    const after = memoryGroupStore({
      table,
      hook: async (method, next) => {
        await next();
        throw new Error(`crashed after ${method}`);
      },
    });
    await expect(after.create(record)).rejects.toThrow('crashed after create');
    expect(table.groups.size).toBe(1);
  });
});
