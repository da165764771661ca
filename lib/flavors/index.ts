import type { z } from 'zod';
import type { Flavor, FlavorRegistry } from '../ports/flavor.js';
import { vanilla, vanillaSchema } from './vanilla.js';

/** InfraKit's other spellings, by canonical name. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  vanilla: ['flavor-vanilla', 'infrakit/vanilla', 'flavor-vanilla/vanilla'],
};

/** The flavors that are here, found by canonical name and by InfraKit's other spellings. */
export const flavorRegistry = (flavors: readonly Flavor[] = [vanilla]): FlavorRegistry => {
  const byName = new Map(
    flavors.flatMap((flavor) =>
      [flavor.name, ...(ALIASES[flavor.name] ?? [])].map((name) => [name, flavor] as const),
    ),
  );
  return { known: flavors.map(({ name }) => name).sort(), find: (name) => byName.get(name) };
};

/** What each flavor's properties may be, by canonical name: for the editor's schema. */
export const flavorSchemas: Readonly<Record<string, z.ZodType>> = { vanilla: vanillaSchema };
