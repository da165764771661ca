import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';
import { thoroughly } from '../../support/thorough.js';

export const converging = () =>
  describe('a committed group', () => {
    for (const size of thoroughly([3, 10, 100], [3, 10])) {
      scenario(
        `it takes 3 EC2 calls from the commit until ${size} launches are accepted`,
        async (world) => {
          await world.commit(cattle('web', size));
          await world.until('all are launched', () => world.members('web').length === size, 60);
          const calls = world.ec2Calls(['group-api', 'reconcile']);
          expect(calls).toHaveLength(3);
          await world.settle('web');
        },
        { wire: true },
      );
    }
  });
