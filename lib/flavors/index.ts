import type { z } from 'zod';
import type { Flavor, FlavorRegistry, NodeDocument } from '../ports/flavor.js';
import { combo, documentsOf } from './combo/combo.js';
import { comboSchema } from './combo/schema.js';
import { vanilla, vanillaSchema } from './vanilla.js';

type Names = readonly [string, ...string[]];

/** InfraKit's spellings of a plugin of one flavor that has its name. */
const spellings = (name: string): Names => [
  name,
  `flavor-${name}`,
  `flavor-${name}/${name}`,
  `infrakit/${name}`,
];
/** Each flavor, what it is called, ours first and InfraKit's other spellings after it, and what its properties may be. */
const SINGLE: readonly { readonly flavor: Flavor; readonly names: Names; readonly properties: z.ZodType }[] =
  [{ flavor: vanilla, names: spellings('vanilla'), properties: vanillaSchema }];

export const flavorSchemas: readonly { readonly names: Names; readonly properties: z.ZodType }[] = [
  ...SINGLE,
  { names: spellings('combo'), properties: comboSchema(SINGLE) },
].map(({ names, properties }) => ({ names, properties }));

const registryOf = (flavors: readonly Flavor[]): FlavorRegistry => {
  const byName = new Map(flavors.flatMap((flavor) => namesOf(flavor).map((name) => [name, flavor] as const)));
  return { known: flavors.map(({ name }) => name).sort(), find: (name) => byName.get(name) };
};

const namesOf = ({ name }: Flavor): readonly string[] =>
  flavorSchemas.find(({ names }) => names[0] === name)?.names ?? [name];

const withCombo = (flavors: readonly Flavor[]): readonly Flavor[] => [...flavors, combo(registryOf(flavors))];

/** The flavors that are here, found by canonical name and by InfraKit's other spellings. */
export const flavorRegistry = (
  flavors: readonly Flavor[] = withCombo(SINGLE.map(({ flavor }) => flavor)),
): FlavorRegistry => registryOf(flavors);

/** Every script that a flavor may run on a node. */
export const nodeDocuments: readonly NodeDocument[] = documentsOf(flavorRegistry());
