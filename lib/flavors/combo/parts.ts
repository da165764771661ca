import type { Json } from '../../core/json.js';
import type { Flavor, FlavorRegistry } from '../../ports/flavor.js';
import { partsSchema } from './schema.js';

/** One flavor of a combo, with its own properties. */
export interface Part {
  readonly flavor: Flavor;
  readonly properties: Json;
}

/** The flavors of a combo, in their order. For properties that have no mistake. */
export const partsOf = (properties: Json, known: FlavorRegistry): readonly Part[] =>
  partsSchema.parse(properties).map(({ Plugin, Properties = null }) => {
    const flavor = known.find(Plugin);
    if (flavor === undefined) throw new Error(`no flavor plugin ${JSON.stringify(Plugin)}`);
    return { flavor, properties: Properties };
  });
