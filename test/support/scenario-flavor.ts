import { flavorRegistry } from '../../lib/flavors/index.js';
import { vanilla } from '../../lib/flavors/vanilla.js';
import type { Flavor, NodeDocument } from '../../lib/ports/flavor.js';
import type { World } from './world.js';

const LOOK = 'tenant-look';
const LEAVE = 'tenant-leave';

const documentOf = (name: string, kind: NodeDocument['kind']): NodeDocument => ({
  name,
  kind,
  description: 'Stands for a document in scenarios',
  parameters: {},
  timeoutSeconds: 60,
  script: 'true',
});

/** Documents that the scenarios' flavor runs; the template has them. */
export const TEST_DOCUMENTS: readonly NodeDocument[] = [documentOf(LOOK, 'look'), documentOf(LEAVE, 'act')];

/** A flavor that asks each member by a command and has one cleaned up before its end. */
export const tenant: Flavor = {
  ...vanilla,
  name: 'tenant',
  documents: TEST_DOCUMENTS,
  probe: () => ({ kind: 'each', command: { document: LOOK, parameters: {}, timeoutSeconds: 30 } }),
  judge: (_properties, _context, members, answer) =>
    new Map(
      members.map(({ id }) => {
        const output = answer.kind === 'output' ? answer.byInstance.get(id) : undefined;
        return [
          id,
          output === undefined
            ? { health: 'unknown', reason: 'no answer' }
            : { health: output.exitCode === 0 ? 'healthy' : 'unhealthy', reason: 'its answer' },
        ];
      }),
    ),
  drain: () => ({ on: 'itself', command: { document: LEAVE, parameters: {}, timeoutSeconds: 60 } }),
};

export const TENANTS = flavorRegistry([vanilla, tenant]);

export interface Drained {
  readonly id: string;
  readonly at: number;
}

/**
 * Puts nodes behind Systems Manager on which a clean-up takes `seconds` and ends with an exit code.
 * @returns the clean-ups that came to their end, so far.
 */
export const runTenants = (
  world: World,
  { seconds = 5, exitCode = () => 0 }: { seconds?: number; exitCode?: (id: string) => number } = {},
): readonly Drained[] => {
  const drained: Drained[] = [];
  world.cloud.ssm.useNodes({
    managed: () =>
      world.cloud.ec2
        .instances()
        .filter(({ state }) => state === 'running')
        .map(({ id }) => ({ instanceId: id, pingStatus: 'Online' })),
    runOnNode: async (id, document, _parameters, delivery) => {
      delivery.arrived();
      const done = { exitCode: 0, stdout: '', stderr: '' };
      if (document.endsWith(LOOK)) return done;
      await world.clock.sleep(seconds * 1000);
      drained.push({ id, at: world.now() });
      return { ...done, exitCode: exitCode(id) };
    },
  });
  return drained;
};
