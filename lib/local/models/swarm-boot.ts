import { type Boot, retryBoot, type SoftwareModel } from './machine.js';
import { type Role, SWARM_TIMES } from './swarm-state.js';
import type { SwarmWorld } from './swarm-world.js';

/** The boot script gives up after ten minutes. */
const JOIN_LIMIT_MS = 600_000;

/** What the boot script of a swarm's node does: the first manager founds the swarm, all others wait for it and join. */
export const swarmBoot = (world: SwarmWorld): SoftwareModel['boot'] => {
  const { site } = world;

  const found = async ({ machine }: Boot, path: string): Promise<void> => {
    const parameters = site.parameters(machine);
    const isFirst =
      (await parameters.create(`${path}/first`, machine.id)) ||
      (await parameters.get(`${path}/first`)) === machine.id;
    if (!isFirst) throw new Error('another manager founds the swarm');
    let swarm = world.homeOf(machine.id)?.swarm;
    if (swarm === undefined) {
      await site.clock.sleep(SWARM_TIMES.initMs);
      swarm = world.found(machine);
    }
    await parameters.put(`${path}/manager-token`, swarm.tokens.manager);
    await parameters.put(`${path}/worker-token`, swarm.tokens.worker);
    await parameters.put(`${path}/managers/${machine.id}`, machine.address);
    // Last, since the others wait for it.
    await parameters.create(`${path}/cluster`, swarm.id);
  };

  /** @throws when no manager takes it in. */
  const join = async ({ machine, isUnderWay }: Boot, role: Role, path: string, id: string): Promise<void> => {
    if (world.homeOf(machine.id)?.swarm.id === id) return;
    const parameters = site.parameters(machine);
    const token = await parameters.get(`${path}/${role}-token`);
    const managers = [...(await parameters.under(`${path}/managers`)).keys()];
    const swarm = managers
      .filter((manager) => site.isReachable(manager))
      .map((manager) => world.homeOf(manager)?.swarm)
      .find((it) => it?.id === id);
    if (swarm === undefined) throw new Error('no manager answers');
    await site.clock.sleep(SWARM_TIMES.joinMs[role] + site.joinDelayMs());
    world.settle();
    if (swarm.leadership.kind !== 'leads') throw new Error('the swarm does not have a leader');
    if (token !== swarm.tokens[role]) throw new Error('a valid join token is necessary to join this cluster');
    if (!isUnderWay() || !site.isReachable(machine.id)) throw new Error('stopped meanwhile');
    world.enter(swarm, machine, role);
  };

  return async (boot) => {
    const { machine, software } = boot;
    const { Path: path = '', Heartbeat: heartbeat = '' } = software.settings;
    const role: Role = software.flavor === 'swarm/manager' ? 'manager' : 'worker';
    await site.clock.sleep(SWARM_TIMES.engineMs);
    if (world.isDone(machine.id)) return;
    await retryBoot(site, boot, JOIN_LIMIT_MS, async () => {
      const id = await site.parameters(machine).get(`${path}/cluster`);
      if (id !== undefined) await join(boot, role, path, id);
      else if (role === 'manager') await found(boot, path);
      else return 'again';
      const swarm = world.homeOf(machine.id)?.swarm;
      if (swarm === undefined) return 'again';
      if (role === 'manager') {
        await site.parameters(machine).put(`${path}/managers/${machine.id}`, machine.address);
        swarm.heartbeatMs = heartbeatMs(heartbeat) ?? swarm.heartbeatMs;
      }
      world.done(machine.id);
      return 'done';
    });
  };
};

/** Such as `1s` or `500ms`; `undefined` for none. */
const heartbeatMs = (text: string): number | undefined => {
  const [, count, unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === 's' ? 1_000 : 1);
};
