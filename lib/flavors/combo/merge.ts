import type { LogicalId } from '../../core/ids.js';
import type { FlavorContext, Prepared } from '../../ports/flavor.js';
import type { Part } from './parts.js';

/** The boot scripts of those that have one, in their order. */
export const inits = (parts: readonly Part[], context: FlavorContext, slot?: LogicalId) =>
  parts.flatMap(({ flavor, properties }, index) => {
    const { init } = flavor.prepare(properties, context, slot);
    return init === '' ? [] : [{ index, init }];
  });

/**
 * InfraKit's merge: of a tag the last value wins, boot scripts are joined with a newline. Each flavor gives only what is
 * its own, so that nothing stands there twice.
 */
export const merged = (parts: readonly Part[], context: FlavorContext, slot?: LogicalId): Prepared => {
  const scripts = inits(parts, context, slot).map(({ init }) => init);
  // Lines without a shell of their own, before a script that needs one: else nobody would run them.
  const needsBash =
    scripts[0]?.startsWith('#!') === false && scripts.some((init) => init.startsWith('#!/bin/bash\n'));
  return {
    init: [...(needsBash ? ['#!/bin/bash'] : []), ...scripts].join('\n'),
    tags: Object.assign(
      {},
      ...parts.map(({ flavor, properties }) => flavor.prepare(properties, context, slot).tags),
    ),
  };
};
