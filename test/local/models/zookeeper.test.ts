import { describe, expect, it } from 'vitest';
import { aSite, type TestSite } from './a-site.js';

const PATH = '/holdfast/local/zk';
const ADDRESSES = ['10.0.1.20', '10.0.1.21', '10.0.1.22'] as const;

const launch = (site: TestSite, address: string) =>
  site.launch('zookeeper', { Path: PATH, Addresses: ADDRESSES.join(' ') }, { privateIp: address });

const ensemble = async () => {
  const site = await aSite();
  const [a = '', b = '', c = ''] = ADDRESSES.map((address) => launch(site, address));
  await site.advance(60);
  return { site, ids: [a, b, c] as const };
};
const look = (site: TestSite, id: string) => site.ask(id, 'zookeeper-look', { Path: PATH });
const truth = ({ models }: TestSite) => models.clusters()[0];
const names = (site: TestSite) =>
  truth(site)
    ?.members.map(({ name }) => name)
    .sort();

describe('the model of a ZooKeeper ensemble', () => {
  it('is founded by one; the others are added, each under the place of its address', async () => {
    const { site, ids } = await ensemble();
    expect(site.models.clusters()).toHaveLength(1);
    expect(names(site)).toEqual(['1', '2', '3']);
    const told = await look(site, ids[2]);
    expect(told.lines.slice(1, 2)).toEqual(['self 3']);
    expect(told.lines.filter((line) => line.startsWith('server')).sort()).toEqual(
      ADDRESSES.map((address, index) => `server ${index + 1} ${address} participant`),
    );
    expect(told.lines.at(-1)).toBe('end 5');
    const modes = [];
    for (const id of ids) modes.push((await look(site, id)).lines[0]);
    expect(modes.sort()).toEqual(['mode follower', 'mode follower', 'mode leader']);
  });

  it('says nothing before it is set up', async () => {
    const site = await aSite();
    const id = site.launch('vanilla');
    await site.advance(30);
    expect((await look(site, id)).exitCode).toBe(66);
  });

  it('elects the highest id within a second, and serves nobody without a quorum', async () => {
    const { site, ids } = await ensemble();
    site.models.kill(ids[0]);
    await site.advance(1);
    expect((await look(site, ids[2])).lines[0]).toBe('mode leader');
    expect((await look(site, ids[0])).lines.slice(0, 2)).toEqual(['mode down', 'self 1']);
    site.models.kill(ids[1]);
    await site.advance(1);
    expect((await look(site, ids[2])).lines).toEqual(['mode none', 'self 3', 'end 2']);
  });

  it('replaces a dead server under the same id, the dead entry out first', async () => {
    const { site, ids } = await ensemble();
    site.cloud.ec2.others.terminate(ids[1]);
    await site.advance(60);
    const drained = await site.ask(ids[0], 'zookeeper-drain', {
      Path: PATH,
      Address: ADDRESSES[1],
      Members: '3',
    });
    expect(drained.exitCode).toBe(0);
    expect(names(site)).toEqual(['1', '3']);
    const next = launch(site, ADDRESSES[1]);
    await site.advance(30);
    expect(names(site)).toEqual(['1', '2', '3']);
    expect(truth(site)?.members.map(({ instance }) => instance)).toContain(next);
  });

  it('takes the entry of the machine before it out by itself', async () => {
    const { site, ids } = await ensemble();
    site.cloud.ec2.others.terminate(ids[1]);
    await site.advance(60);
    const next = launch(site, ADDRESSES[1]);
    await site.advance(30);
    expect(
      truth(site)
        ?.members.map(({ instance }) => instance)
        .sort(),
    ).toEqual([ids[0], ids[2], next].sort());
  });

  it('refuses to take out one that the others need', async () => {
    const { site, ids } = await ensemble();
    site.models.cutOff(ids[0]);
    await site.advance(2);
    const refusal = await site.ask(ids[2], 'zookeeper-drain', {
      Path: PATH,
      Address: ADDRESSES[1],
      Members: '3',
    });
    expect(refusal).toMatchObject({
      exitCode: 65,
      stderr: 'holdfast: without 10.0.1.21 1 would serve, fewer than the majority of 2\n',
    });
    expect(names(site)).toEqual(['1', '2', '3']);
  });

  it('tidies what is gone, and leaves who answers', async () => {
    const { site, ids } = await ensemble();
    site.cloud.ec2.others.terminate(ids[0]);
    await site.advance(5);
    const Servers = `1=${ADDRESSES[0]} 2=${ADDRESSES[1]}`;
    expect((await site.ask(ids[2], 'zookeeper-tidy', { Path: PATH, Servers })).exitCode).toBe(0);
    expect(names(site)).toEqual(['2', '3']);
  });

  it('is made new from one survivor', async () => {
    const { site, ids } = await ensemble();
    site.cloud.ec2.others.terminate(ids[0]);
    site.cloud.ec2.others.terminate(ids[1]);
    await site.advance(5);
    expect(truth(site)?.decides).toBe(false);
    expect((await site.ask(ids[2], 'zookeeper-recover', { Path: PATH })).exitCode).toBe(0);
    expect((await look(site, ids[2])).lines).toEqual([
      'mode leader',
      'self 3',
      `server 3 ${ADDRESSES[2]} participant`,
      'end 3',
    ]);
  });
});

describe('the model of containerd', () => {
  it('runs its task, and says when the task has ended', async () => {
    const site = await aSite();
    const id = site.launch('containerd', { Image: 'nodes/web:1', ProbeKind: 'tcp' });
    await site.advance(20);
    const ask = () => site.ask(id, 'containerd-look');
    expect((await ask()).lines).toEqual(['task RUNNING', 'probe ok', 'end 2']);
    site.models.kill(id);
    expect((await ask()).lines).toEqual(['task STOPPED', 'probe none', 'end 2']);
  });
});
