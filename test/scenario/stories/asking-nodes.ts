import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { runTenants, TENANTS } from '../../support/scenario-flavor.js';
import { cattle } from '../../support/scenario-specs.js';

export const askingNodesScenarios = () =>
  describe('a group at rest whose nodes are asked', () => {
    scenario(
      'it costs one command and one page of answers a minute, however many nodes it has, and no pass',
      async (world) => {
        runTenants(world);
        await world.commit(cattle('many', 8, { plugin: 'tenant' }));
        await world.settle('many');
        await world.advance(180);
        const from = world.now();
        await world.advance(600);
        const calls = (operation: string) =>
          world.seen
            .filter((call) => call.operation === operation && call.at >= from)
            .map(({ principal }) => principal);
        const sweep = world.plane.functionName('sweep');
        expect(new Set(calls('SendCommand'))).toEqual(new Set([sweep]));
        expect(calls('SendCommand')).toHaveLength(10);
        // The local cloud's pages hold three.
        expect(new Set(calls('ListCommandInvocations'))).toEqual(new Set([sweep]));
        expect(calls('ListCommandInvocations').length).toBeLessThanOrEqual(30);
        expect(calls('GetCommandInvocation')).toEqual([]);
        expect(calls('DescribeInstances').filter((principal) => principal !== sweep)).toEqual([]);
      },
      { flavors: TENANTS, alone: true },
    );
  });
