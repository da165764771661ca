import { isJsonObject, type Json } from '../core/json.js';

/**
 * Understands the form of InfraKit's first talk: the ensemble's addresses as `IPs` beside `type` in the flavor, and no
 * Allocation. It means an Allocation of these LogicalIDs and a flavor of that `Type`; anything else is returned as it is.
 * The hash is that of the newer form, so that moving to it, or adding an address, replaces nobody.
 */
export const fromOldestForm = (properties: Json): Json => {
  if (!isJsonObject(properties) || properties.Allocation !== undefined) return properties;
  const { Flavor } = properties;
  if (!isJsonObject(Flavor) || !isJsonObject(Flavor.Properties)) return properties;
  const { IPs, type, ...rest } = Flavor.Properties;
  if (IPs === undefined) return properties;
  const named = type === undefined ? rest : { ...rest, Type: type };
  return {
    ...properties,
    Allocation: { LogicalIDs: IPs },
    Flavor: { ...Flavor, Properties: named },
  };
};

/** Where something of the translated form stands in what was written. */
export const writtenPath = (
  path: readonly (string | number)[],
  properties: Json,
): readonly (string | number)[] => {
  if (fromOldestForm(properties) === properties) return path;
  const [first, second, third, ...rest] = path;
  if (first === 'Allocation')
    return ['Flavor', 'Properties', 'IPs', ...(third === undefined ? [] : [third, ...rest])];
  if (first === 'Flavor' && second === 'Properties' && third === 'Type')
    return [first, second, 'type', ...rest];
  return path;
};
