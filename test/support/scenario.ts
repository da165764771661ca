import { it } from 'vitest';
import { checkInvariants, type Exceptions } from './scenario-invariants.js';
import { thoroughly } from './thorough.js';
import { startWorld, type World, type WorldOptions } from './world.js';

/** Real time, for a busy machine; the first world of a file synthesizes the template too. */
export const LIMIT_MS = thoroughly(300_000, 90_000);

/** A test in a world of its own, at whose end the shared invariants must hold. */
export const scenario = (
  title: string,
  play: (world: World) => Promise<void>,
  options: WorldOptions & { readonly except?: Exceptions } = {},
): void =>
  it(
    title,
    async () => {
      const world = await startWorld(options);
      try {
        await play(world);
        await checkInvariants(world, options.except);
      } finally {
        await world.stop();
      }
    },
    LIMIT_MS,
  );
