import { afterAll, beforeAll, expect, it } from 'vitest';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { vanilla } from '../../lib/flavors/vanilla.js';
import { zookeeper } from '../../lib/flavors/zookeeper/index.js';
import { pets } from '../support/scenario-specs.js';
import { describeOnNodes } from './support/describe-on-nodes.js';
import { nodeProfile } from './support/node-profile.js';
import { type RealWorld, startRealWorld } from './support/real-world.js';

/** On a busy machine. */
const ROLL_MS = 1_200_000;
const CLIENT = '10.0.1.99';
const ADDRESSES = ['10.0.1.20', '10.0.1.21', '10.0.1.22'];
const CLI =
  'java -Xmx64m -XX:TieredStopAtLevel=1 -cp /usr/share/java/zookeeper.jar:/usr/share/java/slf4j-nop.jar org.apache.zookeeper.ZooKeeperMain';

const ensemble = (addresses: readonly string[], heap = 64) =>
  pets('zk', addresses, {
    plugin: 'zookeeper',
    flavor: { Type: 'member', HeapMegabytes: heap, TickTime: 1000 },
    run: nodeProfile('zk', 'member'),
    properties: { Repair: { Grace: '60s' }, Updating: { HealthTimeout: '3m' } },
  });

/**
 * Writes a number after the other until there is a file /srv/stop. What was acknowledged, and in which millisecond, goes to
 * /srv/written; a session is used for some writes only, and what a lost connection leaves open is written by nobody again.
 */
const WRITER = `
n=0
until [ -e /srv/stop ]; do
  for k in 1 2 3 4 5 6 7 8 9 10; do n=$((n + 1)); echo "create /written/$n $n"; sleep 0.1; done |
    timeout 20 ${CLI} -server ${ADDRESSES.map((it) => `${it}:2181`).join(',')} 2>&1 |
    grep --line-buffered -o 'Created /written/[0-9]*' | while read -r _ name; do echo "$(date +%s%3N) $name"; done >>/srv/written
  n=$((n + 10))
done`;

interface Server {
  readonly id: string;
  readonly address: string;
  readonly mode: string;
}

describeOnNodes('a ZooKeeper ensemble on real nodes', () => {
  let world: RealWorld;
  const times: string[] = [];
  const took = (what: string, seconds: number) => void times.push(`${what}: ${seconds.toFixed(1)} s`);

  beforeAll(async () => {
    world = await startRealWorld({
      flavors: flavorRegistry([vanilla, zookeeper]),
      loseEvery: 10,
    });
  });
  afterAll(async () => {
    process.stderr.write(`${times.join('\n')}\n`);
    await world?.stop();
  });

  const ask = async (instance: string, address: string, word: string): Promise<string> => {
    const script = `exec 3<>/dev/tcp/${address}/2181 && printf ${word} >&3 && timeout 3 cat <&3`;
    return (await world.exec(instance, script, 5_000)).stdout;
  };
  const serverAt = async (instance: string, address: string): Promise<string> =>
    /^Mode: (\w+)$/m.exec(await ask(instance, address, 'srvr'))?.[1] ?? 'none';
  /** The configuration by one member, and how each of its servers serves. */
  const seenBy = async (instance: string): Promise<readonly Server[]> => {
    const conf = await ask(instance, '127.0.0.1', 'conf');
    const lines = [...conf.matchAll(/^server\.(\d+)=([\d.]+):\d+:\d+:participant/gm)];
    return Promise.all(
      lines.map(async ([, id = '', address = '']) => ({
        id,
        address,
        mode: await serverAt(instance, address),
      })),
    );
  };
  const members = () => world.members('zk').map(({ id, privateIp }) => ({ id, address: privateIp }));
  const ids = async (instance = members()[0]?.id ?? ''): Promise<Record<string, string>> =>
    Object.fromEntries((await seenBy(instance)).map(({ id, address }) => [address, id]));
  const leader = async (): Promise<{ readonly id: string; readonly address: string }> => {
    for (const member of members()) if ((await serverAt(member.id, '127.0.0.1')) === 'leader') return member;
    throw new Error('no server leads');
  };
  const cli = async (instance: string, commands: readonly string[]): Promise<string> => {
    const lines = [...commands, 'quit'].join('\\n');
    return (
      await world.exec(
        instance,
        `printf '${lines}\\n' | timeout 20 ${CLI} -server ${ADDRESSES.map((it) => `${it}:2181`).join(',')} 2>&1`,
      )
    ).stdout;
  };

  it('forms of three members, with ids by their places', async () => {
    await world.commit(ensemble(ADDRESSES));
    took('three members join', await world.settle('zk', 150));
    for (const { id } of members())
      expect(await ids(id)).toEqual({ '10.0.1.20': '1', '10.0.1.21': '2', '10.0.1.22': '3' });
    expect(world.denials).toEqual([]);
  });

  it('gets back a leader whose machine dies, with its id and no ghost', async () => {
    const dead = await leader();
    await world.kill(dead.id);
    const from = Date.now();
    const isNoticed = async () =>
      (await world.events('zk')).some((it) => it.instance === dead.id && it.event === 'instance.unhealthy');
    took('a dead leader is noticed', await world.until('the dead leader is noticed', isNoticed, 60));
    await world.until('a new machine', () => members().every(({ id }) => id !== dead.id), 150);
    await world.settle('zk', 150);
    took('a dead leader is replaced', (Date.now() - from) / 1000);
    expect(
      members()
        .map(({ address }) => address)
        .sort(),
    ).toEqual(ADDRESSES);
    for (const { id } of members())
      expect(await ids(id)).toEqual({ '10.0.1.20': '1', '10.0.1.21': '2', '10.0.1.22': '3' });
  });

  it('loses no acknowledged write while every member is replaced, the leader last', async () => {
    await world.commit(pets('client', [CLIENT], { run: nodeProfile('zk', 'worker') }));
    await world.settle('client', 60);
    const client = world.members('client')[0]?.id ?? '';
    await cli(client, ['create /written']);
    const writing = world.exec(client, WRITER, ROLL_MS);
    const [first, before] = [await leader(), members().map(({ id }) => id)];

    await world.commit(ensemble(ADDRESSES, 65));
    took(
      'a roll of three members',
      await world.until(
        'rolled',
        async () => {
          const view = await world.view('zk');
          return (
            view.Converged &&
            view.Instances.every(({ ID, Health }) => Health === 'healthy' && !before.includes(ID))
          );
        },
        ROLL_MS / 3000 - 20,
      ),
    );
    await world.exec(client, 'touch /srv/stop');
    await writing;

    const ended = (await world.events('zk'))
      .filter(({ event }) => event === 'instance.destroyed')
      .map(({ instance }) => instance);
    expect(ended.at(-1)).toBe(first.id);
    const acknowledged = (await world.exec(client, 'cat /srv/written')).stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    const kept = new Set((await cli(client, ['ls /written'])).match(/\d+(?=[,\]])/g));
    const lost = acknowledged.filter(([, name = '']) => !kept.has(name.replace('/written/', '')));
    expect(lost).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(20);
    const at = acknowledged.map(([time]) => Number(time));
    const longest = Math.max(...at.slice(1).map((time, index) => time - (at[index] ?? time)));
    times.push(
      `${acknowledged.length} writes acknowledged in the roll, none lost, the longest wait ${longest} ms`,
    );
    expect(await ids()).toEqual({ '10.0.1.20': '1', '10.0.1.21': '2', '10.0.1.22': '3' });
  });

  it('keeps the ids of the others when a member is added and one removed', async () => {
    const four = [...ADDRESSES, '10.0.1.23'];
    await world.commit(ensemble(four, 65));
    took('a fourth member joins', await world.settle('zk', 150));
    expect(await ids()).toEqual({ '10.0.1.20': '1', '10.0.1.21': '2', '10.0.1.22': '3', '10.0.1.23': '4' });

    await world.commit(ensemble(four.slice(1), 65), { Confirm: true });
    took('the first member leaves', await world.settle('zk', 150));
    const left = { '10.0.1.21': '2', '10.0.1.22': '3', '10.0.1.23': '4' };
    expect(await ids()).toEqual(left);

    const [gone] = members();
    world.terminate(gone?.id ?? '');
    await world.until('a new machine', () => members().every(({ id }) => id !== gone?.id), 60);
    took('a terminated member is replaced', await world.settle('zk', 150));
    expect(await ids()).toEqual(left);
  });

  it('says that quorum is lost, does nothing by itself, and goes on from the survivor that is named', async () => {
    const [survivor, ...dying] = members();
    for (const { id } of dying) await world.kill(id);
    const isLost = async () => (await world.api('Flavor.Healthy', { ID: 'zk' })).Cluster?.Quorum === 'lost';
    took('a lost quorum is noticed', await world.until('quorum is lost', isLost, 60));

    const from = Date.now();
    await world.recover('zk', survivor?.id ?? '');
    took('the survivor serves alone', (Date.now() - from) / 1000);
    await world.until(
      'new machines',
      () => members().every(({ id }) => dying.every((it) => it.id !== id)),
      240,
    );
    await world.settle('zk', 150);
    took('a lost quorum is whole again', (Date.now() - from) / 1000);
    expect(await ids()).toEqual({ '10.0.1.21': '2', '10.0.1.22': '3', '10.0.1.23': '4' });
    expect(await cli(survivor?.id ?? '', ['ls /written'])).toContain('[1, ');
  });
});
