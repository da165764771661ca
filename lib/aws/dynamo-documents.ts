import { isDeepStrictEqual } from 'node:util';
import { TABLE_KEYS } from '../core/deployment.js';
import { ConflictError } from '../core/errors.js';
import type { StoredSpec } from '../core/group-spec.js';
import type { FleetRecord, GroupStore } from '../ports/group-store.js';
import type { LaunchRequest } from '../ports/instance-provider.js';
import { conditionFailed, newerSchema } from './dynamo-errors.js';
import { FLEET_KEY, type Key, launchKey, specKey } from './dynamo-keys.js';
import type { DynamoTable, Item } from './dynamo-table.js';
import { understoodOrAbsent } from './dynamo-understood.js';

type Documents = Pick<GroupStore, 'putSpec' | 'spec' | 'putLaunch' | 'launch' | 'fleet' | 'putFleet'>;

/**
 * Specs and launch requests, immutable under their content hash; stored as JSON text, so that key order, numbers and
 * empty keys come back as they were written and a re-issued launch repeats its bytes. And the fleet's one item.
 */
export function dynamoDocuments(table: DynamoTable): Documents {
  const putOnce = async (key: Key, document: unknown, what: string): Promise<void> => {
    try {
      await table.put(key, { document: JSON.stringify(document) }, ABSENT);
    } catch (error) {
      if (!conditionFailed(error)) throw error;
      const stored = await table.get(key, what);
      const given: unknown = JSON.parse(JSON.stringify(document));
      if (stored && isDeepStrictEqual(parsed(stored), given)) return;
      throw new ConflictError(`${what} is stored with other content`);
    }
  };
  return {
    putSpec: (hash, spec) => putOnce(specKey(spec.id, hash), spec, `spec ${hash} of group "${spec.id}"`),
    spec: async (id, hash) => {
      const item = await table.get(specKey(id, hash), `spec ${hash} of group "${id}"`);
      return item && (parsed(item) as StoredSpec);
    },
    putLaunch: (id, hash, request) =>
      putOnce(launchKey(id, hash), request, `launch ${hash} of group "${id}"`),
    launch: async (id, hash) => {
      const item = await table.get(launchKey(id, hash), `launch ${hash} of group "${id}"`);
      return item && (parsed(item) as LaunchRequest);
    },
    fleet: async () => {
      const item = await table.get(FLEET_KEY, 'the fleet');
      return item?.freeze === undefined ? {} : ({ freeze: item.freeze } as FleetRecord);
    },
    putFleet: async (fleet) => {
      try {
        await table.put(FLEET_KEY, { freeze: fleet.freeze }, understoodOrAbsent(table.schemaVersion));
      } catch (error) {
        if (conditionFailed(error)) throw newerSchema('the fleet', 'newer', table.schemaVersion);
        throw error;
      }
    },
  };
}

const ABSENT = { text: 'attribute_not_exists(#pk)', names: { '#pk': TABLE_KEYS.partition } };

const parsed = (item: Item): unknown =>
  JSON.parse(typeof item.document === 'string' ? item.document : 'null');
