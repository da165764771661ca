import { afterAll, beforeAll, expect, it } from 'vitest';
import { cattle } from '../support/scenario-specs.js';
import { describeOnNodes } from './support/describe-on-nodes.js';
import { nodeProfile } from './support/node-profile.js';
import { type RealWorld, startRealWorld } from './support/real-world.js';

describeOnNodes('real nodes', () => {
  let world: RealWorld;
  beforeAll(async () => {
    world = await startRealWorld();
  });
  afterAll(() => world?.stop());

  it('executes the user data that the flavor prepared', async () => {
    await world.commit(
      cattle('web', 2, {
        flavor: { Init: ['#!/bin/bash', 'echo booted >/root/booted'] },
        run: nodeProfile('shop', 'worker'),
      }),
    );
    const seconds = await world.settle('web', 20);
    expect(seconds).toBeLessThan(10);
    for (const { id } of world.members('web')) {
      const { exitCode, stdout } = await world.exec(id, 'cat /root/booted');
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'booted\n' });
    }
  });
});
