import type { z } from 'zod';
import type { Flavor, FlavorRegistry } from '../ports/flavor.js';
import { vanilla, vanillaSchema } from './vanilla.js';

/** What each flavor is called, ours first and InfraKit's other spellings after it, and what its properties may be. */
export const flavorSchemas: readonly {
  readonly names: readonly [string, ...string[]];
  readonly properties: z.ZodType;
}[] = [
  {
    names: ['vanilla', 'flavor-vanilla', 'flavor-vanilla/vanilla', 'infrakit/vanilla'],
    properties: vanillaSchema,
  },
];

/** The flavors that are here, found by canonical name and by InfraKit's other spellings. */
export const flavorRegistry = (flavors: readonly Flavor[] = [vanilla]): FlavorRegistry => {
  const byName = new Map(flavors.flatMap((flavor) => namesOf(flavor).map((name) => [name, flavor] as const)));
  return { known: flavors.map(({ name }) => name).sort(), find: (name) => byName.get(name) };
};

const namesOf = ({ name }: Flavor): readonly string[] =>
  flavorSchemas.find(({ names }) => names[0] === name)?.names ?? [name];
