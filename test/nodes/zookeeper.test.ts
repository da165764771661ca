import { afterAll, beforeAll, expect, it } from 'vitest';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { zookeeper } from '../../lib/flavors/zookeeper/index.js';
import { pets } from '../support/scenario-specs.js';
import { describeOnNodes } from './support/describe-on-nodes.js';
import { nodeProfile } from './support/node-profile.js';
import { type RealWorld, startRealWorld } from './support/real-world.js';

const ADDRESSES = ['10.0.1.20', '10.0.1.21', '10.0.1.22'];
const CLI =
  'java -Xmx64m -XX:TieredStopAtLevel=1 -cp /usr/share/java/zookeeper.jar:/usr/share/java/slf4j-nop.jar org.apache.zookeeper.ZooKeeperMain';

const ensemble = (addresses: readonly string[], heap = 64) =>
  pets('zk', addresses, {
    plugin: 'zookeeper',
    flavor: { Type: 'member', HeapMegabytes: heap, TickTime: 1000 },
    run: nodeProfile('zk', 'member'),
  });

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
      flavors: flavorRegistry([zookeeper]),
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
      await world.exec(instance, `printf '${lines}\\n' | timeout 20 ${CLI} -server 127.0.0.1:2181 2>&1`)
    ).stdout;
  };

  it('forms of three members, with ids by their places', async () => {
    await world.commit(ensemble(ADDRESSES));
    took('three members join', await world.settle('zk', 90));
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
    await world.until('a new machine', () => members().every(({ id }) => id !== dead.id), 60);
    await world.settle('zk', 90);
    took('a dead leader is replaced', (Date.now() - from) / 1000);
    expect(
      members()
        .map(({ address }) => address)
        .sort(),
    ).toEqual(ADDRESSES);
    for (const { id } of members())
      expect(await ids(id)).toEqual({ '10.0.1.20': '1', '10.0.1.21': '2', '10.0.1.22': '3' });
  });
});
