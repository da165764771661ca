import {
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { ThrottledError } from '../core/errors.js';
import { chunks } from '../core/in-flight.js';
import { newerSchema, tableError } from './dynamo-errors.js';
import type { Key } from './dynamo-keys.js';

export type Item = Readonly<Record<string, unknown>>;

/** An update of named attributes: `undefined` removes. `raise` counts up by one, `copy` takes another attribute's value from before. */
export interface Attributes {
  readonly set?: Item;
  /** Set only where the item has none yet. */
  readonly setOnce?: Item;
  readonly raise?: readonly string[];
  readonly copy?: Readonly<Record<string, string>>;
}

/** All must hold. An attribute by the name `a.b` is a nested one. */
export interface Condition {
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values?: Item;
}

/** BatchWriteItem's limit, and how often leftovers are sent again before the table counts as throttled. */
const BATCH = 25;
const BATCH_TRIES = 4;

/** The table, one item at a time. Errors are ours but for a failed condition. */
export interface DynamoTable {
  readonly schemaVersion: number;
  /** Strongly consistent. */
  get(key: Key, what: string): Promise<Item | undefined>;
  put(key: Key, item: Item, condition?: Condition): Promise<void>;
  /** @returns the item as it is after the update. */
  update(key: Key, attributes: Attributes, condition: Condition): Promise<Item>;
  delete(key: Key, condition: Condition): Promise<void>;
  /** Unconditional, in batches; each key at most once. */
  putAll(items: readonly (Item & Key)[]): Promise<void>;
  /** Pages of items, as far as the caller reads; an item of a newer version is refused, or left out. */
  query(
    input: Omit<QueryCommandInput, 'TableName'>,
    what: string,
    newer?: 'refuse' | 'skip',
  ): AsyncGenerator<readonly Item[]>;
}

export function dynamoTable(
  documents: DynamoDBDocumentClient,
  table: string,
  schemaVersion: number,
): DynamoTable {
  const isUnderstood = (item: Item): boolean =>
    typeof item.schemaVersion === 'number' && item.schemaVersion <= schemaVersion;
  const understood = (item: Item, what: string): Item => {
    if (isUnderstood(item)) return item;
    throw newerSchema(what, item.schemaVersion, schemaVersion);
  };
  const translated = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw tableError(error);
    }
  };

  return {
    schemaVersion,
    get: async (Key, what) => {
      const { Item: item } = await translated(
        documents.send(new GetCommand({ TableName: table, Key, ConsistentRead: true })),
      );
      return item && understood(item, what);
    },
    put: async (key, item, condition) => {
      const Item = { schemaVersion, ...item, ...key };
      await translated(documents.send(new PutCommand({ TableName: table, Item, ...conditional(condition) })));
    },
    update: async (Key, attributes, condition) => {
      const { Attributes: item } = await translated(
        documents.send(new UpdateCommand({ TableName: table, Key, ...updating(attributes, condition) })),
      );
      return item ?? {};
    },
    delete: async (Key, condition) => {
      await translated(
        documents.send(new DeleteCommand({ TableName: table, Key, ...conditional(condition) })),
      );
    },
    putAll: async (items) => {
      for (const batch of chunks(items, BATCH)) {
        let left: { PutRequest: { Item: Record<string, unknown> } }[] = batch.map((item) => ({
          PutRequest: { Item: { schemaVersion, ...item } },
        }));
        for (let tries = 0; left.length > 0; tries++) {
          if (tries === BATCH_TRIES)
            throw new ThrottledError(`the table left ${left.length} items unwritten`);
          const { UnprocessedItems } = await translated(
            documents.send(new BatchWriteCommand({ RequestItems: { [table]: left } })),
          );
          left = (UnprocessedItems?.[table] ?? []).flatMap(({ PutRequest }) =>
            PutRequest?.Item ? [{ PutRequest: { Item: PutRequest.Item } }] : [],
          );
        }
      }
    },
    query: async function* (input, what, newer = 'refuse') {
      const pages = paginateQuery({ client: documents }, { TableName: table, ...input });
      try {
        for await (const page of pages) {
          const items: readonly Item[] = page.Items ?? [];
          yield items
            .filter((item) => newer === 'refuse' || isUnderstood(item))
            .map((item) => understood(item, what));
        }
      } catch (error) {
        throw tableError(error);
      }
    },
  };
}

const conditional = (condition: Condition | undefined) =>
  condition
    ? {
        ConditionExpression: condition.text,
        ExpressionAttributeNames: { ...condition.names },
        ...(condition.values ? { ExpressionAttributeValues: { ...condition.values } } : {}),
      }
    : {};

/** Every name and value by a placeholder, since half of our words are reserved ones. */
function updating(attributes: Attributes, condition: Condition) {
  const names: Record<string, string> = { ...condition.names };
  const values: Record<string, unknown> = { ...condition.values };
  const set: string[] = [];
  const remove: string[] = [];
  const name = (attribute: string): string => {
    names[`#${attribute}`] = attribute;
    return `#${attribute}`;
  };
  const value = (attribute: string, given: unknown): string => {
    values[`:set_${attribute}`] = given;
    return `:set_${attribute}`;
  };
  for (const [attribute, given] of Object.entries(attributes.set ?? {})) {
    if (given === undefined) remove.push(name(attribute));
    else set.push(`${name(attribute)} = ${value(attribute, given)}`);
  }
  for (const [attribute, given] of Object.entries(attributes.setOnce ?? {})) {
    if (given === undefined) continue;
    set.push(`${name(attribute)} = if_not_exists(${name(attribute)}, ${value(attribute, given)})`);
  }
  for (const attribute of attributes.raise ?? []) {
    values[':one'] = 1;
    set.push(`${name(attribute)} = ${name(attribute)} + :one`);
  }
  for (const [attribute, from] of Object.entries(attributes.copy ?? {})) {
    set.push(`${name(attribute)} = ${name(from)}`);
  }
  return {
    UpdateExpression: [
      set.length ? `SET ${set.join(', ')}` : '',
      remove.length ? `REMOVE ${remove.join(', ')}` : '',
    ]
      .filter(Boolean)
      .join(' '),
    ConditionExpression: condition.text,
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    ReturnValues: 'ALL_NEW' as const,
  };
}
