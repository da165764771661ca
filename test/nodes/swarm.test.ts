import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnNodes } from './support/describe-on-nodes.js';
import type { RealWorld } from './support/real-world.js';
import {
  everythingTold,
  IMAGE,
  isDecided,
  leaderOf,
  list,
  loadImage,
  managers,
  runningTasks,
  startSwarmWorld,
  TOKEN,
  workers,
} from './swarm-cluster.js';

describeOnNodes('a swarm on real nodes', () => {
  let world: RealWorld;
  const times: string[] = [];
  const took = (what: string, seconds: number) => void times.push(`${what}: ${seconds.toFixed(1)} s`);

  beforeAll(async () => {
    world = await startSwarmWorld();
  });
  afterAll(async () => {
    process.stderr.write(`${times.join('\n')}\n`);
    await world?.stop();
  });

  const ids = (group: string) => world.members(group).map(({ id }) => id);
  /** Each node of the swarm is a live member, and each member is a ready node. */
  const expectNoGhost = async () => {
    const nodes = await list(world);
    expect(nodes.map(({ instance }) => instance).sort()).toEqual(
      [...ids('managers'), ...ids('workers')].sort(),
    );
    expect(nodes.map(({ state }) => state)).toEqual(nodes.map(() => 'ready'));
  };
  const settle = () => Promise.all([world.settle('managers', 180), world.settle('workers', 180)]);
  const docker = async (command: string) =>
    (await world.exec(await leaderOf(world), `docker ${command}`)).stdout.trim();

  /** Kills a member; returns when it was noticed and when all was well again. */
  const killed = async (group: string, id: string) => {
    const from = Date.now();
    await world.kill(id);
    const noticed = async () =>
      (await world.events(group)).some((it) => it.instance === id && it.event === 'instance.unhealthy');
    took(`${group}: dead node noticed`, await world.until(`${id} is noticed`, noticed, 90));
    await world.until(`${id} is replaced`, () => !ids(group).includes(id), 120);
    await settle();
    took(`${group}: dead node replaced`, (Date.now() - from) / 1000);
  };

  it('forms of three managers and two workers', async () => {
    const from = Date.now();
    await world.commit(managers(3));
    await world.commit(workers(2));
    await settle();
    took('3 managers and 2 workers join', (Date.now() - from) / 1000);
    await expectNoGhost();
    const votes = (await list(world)).filter(({ standing }) => standing !== '-');
    expect(votes.map(({ instance }) => instance).sort()).toEqual([...ids('managers')].sort());
    expect(world.denials).toEqual([]);
  });

  it('replaces a worker that dies, and leaves no ghost', async () => {
    await killed('workers', ids('workers')[0] ?? '');
    await expectNoGhost();
  });

  it('replaces a leader that dies, and leaves no ghost', async () => {
    await killed('managers', await leaderOf(world));
    await expectNoGhost();
    expect(await isDecided(world)).toBe(true);
  });

  it('rolls all managers with a majority in every second of it, while a service keeps running', async () => {
    await loadImage(world, 'workers');
    await docker(
      `service create -q -d --no-resolve-image --replicas 4 --constraint engine.labels.tier==web --name web ${IMAGE} sleep 6000`,
    );
    const running = async () => (await runningTasks(world, 'web')) === 4;
    await world.until('the service runs', running, 60);
    const before = ids('managers');

    const samples: Promise<{ readonly at: number; readonly decided: boolean; readonly running: boolean }>[] =
      [];
    const sample = async () => {
      const at = Date.now();
      const [decided, runs] = await Promise.all([isDecided(world), running()]);
      return { at, decided, running: runs };
    };
    const sampling = setInterval(() => samples.push(sample()), 500);
    const from = Date.now();
    await world.commit(managers(3, { EngineLabels: { generation: '2' } }));
    await world.until(
      'no old manager is left',
      () => ids('managers').every((id) => !before.includes(id)),
      280,
    );
    await settle();
    const seconds = (Date.now() - from) / 1000;
    took('roll of 3 managers', seconds);
    clearInterval(sampling);

    const taken = await Promise.all(samples);
    const gaps = taken.map(({ at }, index) => at - (taken[index - 1]?.at ?? from));
    times.push(`${taken.length} samples, the longest time between two of them ${Math.max(...gaps)} ms`);
    expect(taken.length).toBeGreaterThan(seconds);
    expect(taken.filter(({ decided }) => !decided)).toEqual([]);
    expect(taken.filter((one) => !one.running)).toEqual([]);
    await expectNoGhost();
  });

  it('shows a token to nobody', async () => {
    expect(await everythingTold(world)).not.toMatch(TOKEN);
  });
}, ['dockerd', 'docker']);
