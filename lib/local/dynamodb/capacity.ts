import { TABLE_KEYS } from '../../core/deployment.js';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Bytes of a value (DynamoDB Developer Guide, "Item sizes and formats"). */
function valueSize(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(Math.abs(value)).replace('.', '').length / 2) + 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + 1 + valueSize(one), 3);
  if (isObject(value)) return 3 + Object.keys(value).length + itemSize(value);
  return 1;
}

/** Bytes of an item: attribute names and values. */
export const itemSize = (item: Fields): number =>
  Object.entries(item)
    .filter(([, value]) => value !== undefined)
    .reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);

/** Attributes that put an item into an index; both indexes project all of it. */
const INDEX_KEYS: readonly (readonly string[])[] = [
  [TABLE_KEYS.listShard, TABLE_KEYS.listId],
  [TABLE_KEYS.instanceId],
];

/**
 * Write units that the indexes charge for one written or deleted item, 1 KB each: an upper bound, as if each write
 * changed the item and no index key moved.
 */
export const indexWriteUnits = (item: Fields): number =>
  INDEX_KEYS.filter((keys) => keys.every((key) => item[key] !== undefined)).length *
  Math.ceil(itemSize(item) / 1024);

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);
export const isWrite = (operation: string): boolean => WRITES.has(operation);

/** What to ask for beside what the caller asks, so that units can be counted. */
export function measuredInput(operation: string, input: Fields): Fields {
  const measured = { ...input, ReturnConsumedCapacity: input.ReturnConsumedCapacity ?? 'TOTAL' };
  if (input.ReturnValues !== undefined && input.ReturnValues !== 'NONE') return measured;
  if (operation === 'UpdateItem') return { ...measured, ReturnValues: 'ALL_NEW' };
  if (operation === 'DeleteItem') return { ...measured, ReturnValues: 'ALL_OLD' };
  return measured;
}

/** Takes out of the output what the caller did not ask for. */
export function unmeasuredOutput(operation: string, input: Fields, output: Fields): Fields {
  const { ConsumedCapacity: _capacity, Attributes: _attributes, ...rest } = output;
  const asked = input.ReturnValues !== undefined && input.ReturnValues !== 'NONE';
  const changes = operation === 'UpdateItem' || operation === 'DeleteItem';
  return {
    ...rest,
    ...(input.ReturnConsumedCapacity !== undefined && { ConsumedCapacity: output.ConsumedCapacity }),
    ...((asked || !changes) && output.Attributes !== undefined && { Attributes: output.Attributes }),
  };
}

/** Units of a call, by what the table said and the items that went into indexes. */
export function unitsOf(operation: string, input: Fields, output: Fields): { read: number; write: number } {
  const consumed = [output.ConsumedCapacity]
    .flat()
    .filter(isObject)
    .reduce((sum, { CapacityUnits }) => sum + (typeof CapacityUnits === 'number' ? CapacityUnits : 0), 0);
  if (!isWrite(operation)) return { read: consumed, write: 0 };
  const written = writtenItems(operation, input, output);
  return { read: 0, write: consumed + written.reduce((sum, item) => sum + indexWriteUnits(item), 0) };
}

function writtenItems(operation: string, input: Fields, output: Fields): readonly Fields[] {
  if (operation === 'PutItem') return [input.Item].filter(isObject);
  if (operation !== 'BatchWriteItem') return [output.Attributes].filter(isObject);
  const requests = isObject(input.RequestItems) ? Object.values(input.RequestItems).flat() : [];
  return requests
    .filter(isObject)
    .map(({ PutRequest }) => (isObject(PutRequest) ? PutRequest.Item : undefined))
    .filter(isObject);
}
