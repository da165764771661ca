import { afterAll, beforeAll, expect, it } from 'vitest';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { nodeScript } from '../../lib/flavors/node/boot-script.js';
import { swarmWorker } from '../../lib/flavors/swarm/index.js';
import type { Flavor } from '../../lib/ports/flavor.js';
import { describeOnNodes } from './support/describe-on-nodes.js';
import type { RealWorld } from './support/real-world.js';
import {
  everythingTold,
  isDecided,
  leaderOf,
  list,
  managers,
  PATH,
  startSwarmWorld,
  TOKEN,
  workers,
} from './swarm-cluster.js';

/** A worker whose engine label says `broken`: its token is not the swarm's. */
const brokenWorker: Flavor = {
  ...swarmWorker,
  prepare: (properties, context, slot) => {
    const { init, tags } = swarmWorker.prepare(properties, context, slot);
    const isBroken = JSON.stringify(properties).includes('broken');
    return { init: isBroken ? init.replace('"$address" "$token"', '"$address" "$token"0') : init, tags };
  },
};
const FLAVORS = flavorRegistry([
  ...flavorRegistry().known.flatMap((name) => {
    const flavor = flavorRegistry().find(name);
    if (flavor === undefined) return [];
    return [name === swarmWorker.name ? brokenWorker : flavor];
  }),
]);

describeOnNodes('a swarm on real nodes', () => {
  let world: RealWorld;
  const times: string[] = [];
  const took = (what: string, seconds: number) => void times.push(`${what}: ${seconds.toFixed(1)} s`);

  beforeAll(async () => {
    world = await startSwarmWorld({ flavors: FLAVORS });
    await world.commit(managers(3));
    await world.commit(workers(1));
    await Promise.all([world.settle('managers', 240), world.settle('workers', 240)]);
  });
  afterAll(async () => {
    process.stderr.write(`${times.join('\n')}\n`);
    await world?.stop();
  });

  const ids = (group: string) => world.members(group).map(({ id }) => id);
  const instances = async (group: string) => (await world.view(group)).Instances;

  it('denies the token of managers to a worker', async () => {
    const [worker = ''] = ids('workers');
    const { exitCode, stdout } = await world.exec(
      worker,
      nodeScript(`parameter ${PATH}/worker-token >/dev/null && echo may; parameter ${PATH}/manager-token`),
    );
    expect(stdout).toBe('may\n');
    expect(exitCode).not.toBe(0);
    expect(world.denials).toHaveLength(1);
    expect(world.denials[0]).toContain(`${worker} GetParameter ${PATH}/manager-token`);
  });

  it('never counts a worker with a bad token, and stops the rollout that brings it', async () => {
    const [before = ''] = ids('workers');
    await world.commit(
      workers(
        1,
        { EngineLabels: { tier: 'broken' } },
        { Updating: { HealthTimeout: '30s', MaxSurge: 1, MaxUnavailable: 0 } },
      ),
    );
    const seen = new Set<string>();
    const isPaused = async () => {
      for (const { ID, Health } of await instances('workers')) if (ID !== before) seen.add(Health);
      return (await world.view('workers')).Rollout?.Status === 'paused';
    };
    took('a rollout with a bad token is paused', await world.until('the rollout is paused', isPaused, 200));
    expect([...seen]).not.toContain('healthy');
    expect(ids('workers')).toContain(before);
    expect((await list(world)).filter(({ role }) => role === 'worker').map((it) => it.instance)).toEqual([
      before,
    ]);
    await world.commit(workers(1));
    await world.settle('workers', 180);
  });

  it('renews its tokens, and still takes nodes in', async () => {
    await world.api('Flavor.RotateTokens', { ID: 'managers' });
    await world.commit(workers(2));
    took('a worker joins', await world.settle('workers', 120));
  });

  it('refuses to replace two of three managers at once, says why, and goes one by one', async () => {
    const named = ids('managers').slice(0, 2);
    const { Plan } = await world.api('Group.ReplaceInstances', {
      ID: 'managers',
      Instances: named,
      Confirm: true,
    });
    const told = new Set([Plan]);
    const from = Date.now();
    while (ids('managers').some((id) => named.includes(id))) {
      expect(await isDecided(world)).toBe(true);
      for (const reason of (await world.view('managers')).Reasons) told.add(reason);
      if (Date.now() > from + 900_000) throw new Error(`not replaced: ${[...told].join('; ')}`);
    }
    await world.settle('managers', 120);
    took('two of three managers are replaced', (Date.now() - from) / 1000);
    expect([...told].join('\n')).toMatch(
      /one member of a quorum at a time|fewer than (?:the majority of )?2/,
    );
  });

  it('is known to be lost when two of three managers die, is left alone, and recovers from the third', async () => {
    const leader = await leaderOf(world);
    const [survivor = '', ...dead] = [...ids('managers')].sort((id) => (id === leader ? 1 : -1));
    const from = Date.now();
    await Promise.all(dead.map((id) => world.kill(id)));
    const lost = async () =>
      (await world.api('Flavor.Healthy', { ID: 'managers' })).Cluster?.Quorum === 'lost';
    took('a lost quorum is known', await world.until('the quorum is known to be lost', lost, 120));
    expect(ids('managers')).toContain(survivor);
    await world.until(
      'the group tells',
      async () => (await world.view('managers')).QuorumLost !== undefined,
      60,
    );
    expect((await world.view('managers')).QuorumLost).toMatch(/1 of 3 managers can be reached/);
    expect(ids('managers').sort()).toEqual([survivor, ...dead].sort());

    await world.recover('managers', survivor);
    await world.until('the dead are replaced', () => !ids('managers').some((id) => dead.includes(id)), 240);
    await world.settle('managers', 200);
    took('two dead of three managers, recovered and replaced', (Date.now() - from) / 1000);
    expect(ids('managers')).toContain(survivor);
    await world.settle('workers', 60);
    expect((await list(world)).map(({ instance }) => instance).sort()).toEqual(
      [...ids('managers'), ...ids('workers')].sort(),
    );
  });

  it('shows a token to nobody', async () => {
    expect(await everythingTold(world)).not.toMatch(TOKEN);
  });
}, ['dockerd', 'docker']);
