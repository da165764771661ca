import { z } from 'zod';

/** The shape of a combo's properties; what each flavor's own may be is that flavor's. */
export const partsSchema = z
  .array(z.strictObject({ Plugin: z.string(), Properties: z.json().optional() }))
  .min(1, 'must name a flavor');

/** A combo's properties for editors: a list of these flavors. */
export const comboSchema = (
  flavors: readonly { readonly names: readonly [string, ...string[]]; readonly properties: z.ZodType }[],
) =>
  z
    .array(
      z
        .union(
          flavors.map(({ names, properties }) =>
            z.strictObject({
              Plugin: z.enum(names).meta({ description: 'The flavor' }),
              Properties: properties.optional(),
            }),
          ),
        )
        .meta({ id: 'ComposedFlavor', description: 'One flavor of a combo' }),
    )
    .min(1)
    .meta({
      description:
        'Several flavors for the same instances, in their order: of a tag the last value wins, and boot scripts are joined',
      examples: [
        [
          { Plugin: 'vanilla', Properties: { Init: ['#!/bin/sh', 'sysctl -w vm.max_map_count=262144'] } },
          { Plugin: 'zookeeper', Properties: { Cluster: 'shop' } },
        ],
      ],
    });
