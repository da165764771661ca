import { afterAll, beforeAll, expect, it } from 'vitest';
import { pets } from '../support/scenario-specs.js';
import { describeOnNodes } from './support/describe-on-nodes.js';
import { nodeProfile } from './support/node-profile.js';
import { type RealWorld, startRealWorld } from './support/real-world.js';

const ADDRESSES = ['10.0.1.20', '10.0.1.21', '10.0.1.22'] as const;
const ENDPOINTS = ADDRESSES.map((address) => `http://${address}:2379`).join(',');

const group = (InstanceType: string) =>
  pets('kv', ADDRESSES, {
    plugin: 'etcd',
    run: { InstanceType, ...nodeProfile('kv', 'member') },
    properties: { Repair: { Grace: '45s' }, Updating: { HealthTimeout: '2m' } },
  });

/** Writes one key after the other, and keeps which were acknowledged and when: `<number> <milliseconds>`. */
const WRITER = `
n=0
while [ ! -e /srv/stop ]; do
  n=$((n + 1))
  etcdctl --endpoints=${ENDPOINTS} --dial-timeout=1s --command-timeout=2s put "key$n" "value$n" >/dev/null 2>&1 && echo "$n $(date +%s%3N)" >>/srv/acknowledged
done
touch /srv/stopped`;

describeOnNodes('etcd', () => {
  let world: RealWorld;
  let client: string;
  const seen: string[] = [];
  const note = (what: string, seconds: number) => void seen.push(`${what}: ${seconds.toFixed(1)} s`);

  const outside = async (script: string) => (await world.exec(client, script, 30_000)).stdout.trim();
  const ask = (words: string) => outside(`etcdctl --endpoints=${ENDPOINTS} ${words}`);
  const idAt = (address: string) =>
    world.members('kv').find(({ privateIp }) => privateIp === address)?.id ?? '';
  const leaderId = async (): Promise<string> => {
    const { Instances } = await world.view('kv');
    const leader = Instances.find(({ Reason }) => Reason?.startsWith('leads,'));
    return leader?.ID ?? '';
  };
  const told = async (name: string) => (await world.events('kv')).filter(({ event }) => event === name);
  const listed = async () => (await ask('member list')).split('\n').filter(Boolean);
  const expectOneCluster = async () => {
    const lines = await listed();
    expect(lines).toHaveLength(3);
    for (const { id, privateIp } of world.members('kv'))
      expect(lines.find((line) => line.includes(`, ${id}, http://${privateIp}:2380,`))).toMatch(/, false$/);
  };

  beforeAll(async () => {
    world = await startRealWorld();
    client = world.cloud.ec2.others.launchForeign({ tags: {}, userData: '' });
    await world.until('a client', () => world.cloud.ec2.instance(client)?.state === 'running', 20);
  });
  afterAll(async () => {
    process.stderr.write(`etcd on real nodes\n  ${seen.join('\n  ')}\n`);
    await world?.stop();
  });

  it('forms one cluster of three voters', async () => {
    await world.commit(group('t3.small'));
    note('three members formed', await world.settle('kv', 200));
    await expectOneCluster();
  });

  it('replaces the leader whose machine dies, at its address, and leaves no ghost', async () => {
    await ask('put before death');
    const leader = await leaderId();
    const address = world.members('kv').find(({ id }) => id === leader)?.privateIp ?? '';
    await world.kill(leader);
    const from = Date.now();
    const since = () => (Date.now() - from) / 1000;
    await world.until('it is seen', async () => (await leaderId()) !== leader, 60);
    note('dead leader seen', since());
    await world.until('another machine', () => !['', leader].includes(idAt(address)), 150);
    note('dead leader: replacement launched', since());
    await world.settle('kv', 200);
    note('dead leader replaced, three voters again', since());
    await expectOneCluster();
    expect(await ask('get before --print-value-only')).toBe('death');
  });

  it('rolls all members, and loses no write that it has acknowledged', async () => {
    const before = world.members('kv').map(({ id }) => id);
    await outside(`(${WRITER}) </dev/null >/dev/null 2>&1 &`);
    await world.until('writes', async () => (await outside('cat /srv/acknowledged')) !== '', 20);
    await world.commit(group('t3.medium'));
    note('whole roll under writes', await world.settle('kv', 280));
    expect(world.members('kv').filter(({ id }) => before.includes(id))).toEqual([]);
    await expectOneCluster();
    await outside('sleep 1; touch /srv/stop');
    await world.until('the last write', async () => (await outside('ls /srv')).includes('stopped'), 20);
    const acknowledged = (await outside('cat /srv/acknowledged'))
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    const stored = new Set((await ask('get key --prefix --keys-only')).split('\n'));
    const lost = acknowledged.filter(([n]) => !stored.has(`key${n}`));
    expect(lost).toEqual([]);
    const times = acknowledged.map(([, time = 0]) => time);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? time));
    note(`longest pause of ${acknowledged.length} writes`, Math.max(...pauses) / 1000);
  });

  it('knows a lost quorum, ends nobody by itself, and comes back from one survivor', async () => {
    await ask('put last words');
    const leader = await leaderId();
    const [first, second, survivor] = [
      ...world.members('kv').filter(({ id }) => id !== leader),
      ...world.members('kv').filter(({ id }) => id === leader),
    ].map(({ id }) => id);
    if (first === undefined || second === undefined || survivor === undefined) throw new Error('no members');
    const from = Date.now();
    await Promise.all([world.kill(first), world.kill(second)]);
    await world.until('it is told', async () => (await told('cluster.quorum-lost')).length > 0, 100);
    note('lost quorum seen', (Date.now() - from) / 1000);
    await world.api('Group.ReplaceInstances', { ID: 'kv', Instances: [survivor], Confirm: true });
    await world.sweep();
    await world.sweep();
    const ending = (await world.events('kv')).filter(
      ({ event, instance }) => instance === survivor && /draining|destroyed/.test(event),
    );
    expect(ending).toEqual([]);
    const recovering = Date.now();
    await world.recover('kv', survivor);
    note('recovered, one voter', (Date.now() - recovering) / 1000);
    expect(await outside(`etcdctl --endpoints=${ENDPOINTS} get last --print-value-only`)).toBe('words');
    await world.settle('kv', 280);
    note('recovered, three voters', (Date.now() - recovering) / 1000);
    await expectOneCluster();
    expect(await ask('get last --print-value-only')).toBe('words');
  });

  it('had nothing go wrong by itself, and asked for nothing that its role denies', () => {
    expect([world.problems, world.denials]).toEqual([[], []]);
  });
}, ['etcd', 'etcdctl']);
