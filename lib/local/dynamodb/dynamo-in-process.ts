import { ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import type { Answer } from '../route-client.js';
import { itemSize } from './capacity.js';
import {
  conditionOf,
  type Fields,
  InvalidRequestError,
  type Parsed,
  type Placeholders,
  projectionOf,
  updateOf,
} from './expressions.js';
import { comparing, type IndexName, ItemMap, isIndex, positionOf } from './item-map.js';

/** Amazon DynamoDB Developer Guide, "Quotas": bytes of an item, and of what one Query or Scan reads. */
const LARGEST_ITEM = 400 * 1024;
const LARGEST_PAGE = 1024 * 1024;

/** What is read of a request that a document client sends. */
interface Request {
  readonly TableName: string;
  readonly Key: Fields;
  readonly Item: Fields;
  readonly RequestItems: Readonly<
    Record<string, readonly { readonly PutRequest: { readonly Item: Fields } }[]>
  >;
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Fields;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Fields;
}

/** A DynamoDB with tables like ours that document clients ask without HTTP. */
export interface DynamoInProcess {
  /** Takes and gives plain values, nothing marshalled. */
  readonly answer: Answer;
  /** Nothing when it is there. */
  createTable(name: string): void;
}

/** The operations and expressions that we use, and no others; all is gone when nobody holds it any more. */
export function dynamoInProcess(): DynamoInProcess {
  const tables = new Map<string, ItemMap>();
  const tableOf = (name: string): ItemMap => {
    const table = tables.get(name);
    if (table) return table;
    throw refusal('ResourceNotFoundException', `Requested resource not found: table "${name}"`);
  };
  const operations: Readonly<Record<string, (request: Request) => Fields>> = {
    GetItem: (request) => {
      const item = tableOf(request.TableName).get(request.Key);
      return { ...(item && { Item: item }), ...read(request, item ? itemSize(item) : 0) };
    },
    PutItem: (request) => {
      const table = tableOf(request.TableName);
      const before = checked(request, table.get(request.Item));
      return wrote(request, [before, table.put(sized(request.Item))]);
    },
    UpdateItem: (request) => {
      const table = tableOf(request.TableName);
      const { updated } = meant(request);
      const before = checked(request, table.get(request.Key));
      const item = table.put(sized({ ...updated(before ?? {}), ...request.Key }));
      return { Attributes: item, ...wrote(request, [before, item]) };
    },
    DeleteItem: (request) => {
      const table = tableOf(request.TableName);
      const before = checked(request, table.get(request.Key));
      table.delete(request.Key);
      return { ...(before && { Attributes: before }), ...wrote(request, [before]) };
    },
    BatchWriteItem: ({ RequestItems }) => ({
      UnprocessedItems: {},
      ConsumedCapacity: Object.entries(RequestItems).map(([TableName, requests]) => {
        const written = requests.map(({ PutRequest: { Item } }) => {
          const table = tableOf(TableName);
          return writeUnits([table.get(Item), table.put(sized(Item))]);
        });
        return { TableName, CapacityUnits: written.reduce((sum, units) => sum + units, 0) };
      }),
    }),
    Query: (request) => {
      const table = tableOf(request.TableName);
      const index = indexOf(request);
      const { matches } = meant(request);
      // A key condition names its partition.
      const partitions = [...new Set(Object.values(request.ExpressionAttributeValues ?? {}))];
      return page(request, partitions.flatMap((value) => table.partition(index, value)).filter(matches));
    },
    Scan: (request) => page(request, tableOf(request.TableName).all()),
  };
  return {
    createTable: (name) => {
      if (!tables.has(name)) tables.set(name, new ItemMap());
    },
    answer: async (operation, input) => {
      const answered = operations[operation];
      if (!answered) throw refusal('UnknownOperationException', `"${operation}" is not answered in process`);
      try {
        return answered(input as Request);
      } catch (error) {
        if (error instanceof InvalidRequestError) throw refusal('ValidationException', error.message);
        throw error;
      }
    },
  };
}

const refusal = (name: string, message: string): DynamoDBServiceException =>
  new DynamoDBServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: 400 } });

/** The request's expressions over its own names and values. @throws {InvalidRequestError} when those are not what the texts use. */
function meant(request: Request) {
  const given: Placeholders = {
    names: request.ExpressionAttributeNames ?? {},
    values: request.ExpressionAttributeValues ?? {},
  };
  const used = new Set<string>();
  const parsed = <Meaning>(
    text: string | undefined,
    parse: (text: string) => Parsed<Meaning>,
  ): Meaning | undefined => {
    if (text === undefined) return undefined;
    const { mean, uses } = parse(text);
    for (const use of uses) used.add(use);
    return mean;
  };
  const condition = parsed(request.ConditionExpression, conditionOf);
  const keys = parsed(request.KeyConditionExpression, conditionOf);
  const update = parsed(request.UpdateExpression, updateOf);
  const projection = parsed(request.ProjectionExpression, projectionOf);
  const named = new Set([...Object.keys(given.names), ...Object.keys(given.values)]);
  for (const use of used)
    if (!named.has(use)) throw new InvalidRequestError(`"${use}" is used and not defined`);
  for (const name of named)
    if (!used.has(name)) throw new InvalidRequestError(`"${name}" is defined and not used`);
  return {
    holds: (item: Fields) => condition?.(item, given) ?? true,
    matches: (item: Fields) => keys?.(item, given) ?? true,
    updated: (item: Fields) => update?.(item, given) ?? item,
    projected: (item: Fields) => projection?.(item, given) ?? item,
  };
}

/** @returns the item as it is. @throws {ConditionalCheckFailedException} */
function checked(request: Request, item: Fields | undefined): Fields | undefined {
  if (meant(request).holds(item ?? {})) return item;
  throw new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: { httpStatusCode: 400 },
  });
}

function sized(item: Fields): Fields {
  if (itemSize(item) <= LARGEST_ITEM) return item;
  throw new InvalidRequestError('Item size has exceeded the maximum allowed size');
}

function indexOf({ IndexName = 'table' }: Request): IndexName {
  if (isIndex(IndexName)) return IndexName;
  throw new InvalidRequestError(`The table does not have the index "${IndexName}"`);
}

function page(request: Request, found: readonly Fields[]): Fields {
  const { Limit = Number.POSITIVE_INFINITY, ExclusiveStartKey: start, ScanIndexForward = true } = request;
  const index = indexOf(request);
  const forward = comparing(index);
  const order: typeof forward = (one, other) =>
    ScanIndexForward ? forward(one, other) : forward(other, one);
  const shown: Fields[] = [];
  let bytes = 0;
  for (const item of [...found].sort(order)) {
    if (start && order(item, start) <= 0) continue;
    if (shown.length >= Limit || bytes >= LARGEST_PAGE) break;
    shown.push(item);
    bytes += itemSize(item);
  }
  const last = shown.at(-1);
  const isFull = shown.length >= Limit || bytes >= LARGEST_PAGE;
  const { projected } = meant(request);
  return {
    Items: shown.map(projected),
    Count: shown.length,
    ScannedCount: shown.length,
    ...(last && isFull && { LastEvaluatedKey: positionOf(last, index) }),
    ...read(request, bytes),
  };
}

const read = ({ TableName, ConsistentRead }: Request, bytes: number): Fields => ({
  ConsumedCapacity: {
    TableName,
    CapacityUnits: Math.max(1, Math.ceil(bytes / 4096)) * (ConsistentRead ? 1 : 0.5),
  },
});

/** The larger of what was there and what is. */
const writeUnits = (items: readonly (Fields | undefined)[]): number =>
  Math.max(1, ...items.map((item) => (item ? Math.ceil(itemSize(item) / 1024) : 1)));

const wrote = ({ TableName }: Request, items: readonly (Fields | undefined)[]): Fields => ({
  ConsumedCapacity: { TableName, CapacityUnits: writeUnits(items) },
});
