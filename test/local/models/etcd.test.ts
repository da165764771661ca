import { describe, expect, it } from 'vitest';
import { aSite, type TestSite } from './a-site.js';

const PATH = '/holdfast/local/etcd';
const ADDRESSES = ['10.0.1.20', '10.0.1.21', '10.0.1.22'] as const;

const launch = (site: TestSite, address: string) =>
  site.launch('etcd', { Path: PATH, Members: ADDRESSES.join(' ') }, { privateIp: address });

const cluster = async () => {
  const site = await aSite();
  const [a = '', b = '', c = ''] = ADDRESSES.map((address) => launch(site, address));
  await site.advance(60);
  return { site, ids: [a, b, c] as const };
};
const look = (site: TestSite, id: string) => site.ask(id, 'etcd-look', { Path: PATH });
const truth = ({ models }: TestSite) => models.clusters().at(-1);
const instances = (site: TestSite) =>
  truth(site)
    ?.members.map(({ instance }) => instance)
    .sort();
const drain = (site: TestSite, on: string, Instance: string) =>
  site.ask(on, 'etcd-drain', { Path: PATH, Instance, Least: '2' });

describe('the model of an etcd cluster', () => {
  it('is founded by one; the others learn, and are promoted', async () => {
    const { site, ids } = await cluster();
    expect(site.models.clusters()).toHaveLength(1);
    expect(truth(site)?.members.every(({ votes }) => votes)).toBe(true);
    const told = await look(site, ids[1]);
    expect(told.lines[1]).toBe('health true');
    expect(told.lines.at(-1)).toBe('end 5');
    const words = told.lines.slice(2, 5).map((line) => line.split(' ').slice(2).join(' '));
    expect(words.map((line) => line.split(' ')[0]).sort()).toEqual([...ADDRESSES]);
    expect(words.map((line) => line.split(' ').slice(1).join(' ')).sort()).toEqual([
      'voter follower',
      'voter follower',
      'voter leader',
    ]);
  });

  it('says that nothing is founded, and on a learner that it is one', async () => {
    const site = await aSite();
    const bare = site.launch('vanilla');
    await site.advance(20);
    expect(await look(site, bare)).toMatchObject({ exitCode: 66, lines: ['unfounded', 'end 1'] });
    site.faults.add({ kind: 'slow-join', ms: 60_000 });
    launch(site, ADDRESSES[0]);
    await site.advance(20);
    const learner = launch(site, ADDRESSES[1]);
    await site.advance(30);
    const told = await look(site, learner);
    expect(told.lines[1]).toBe('health false a learner');
    expect(told.lines.filter((line) => line.endsWith('learner follower'))).toHaveLength(1);
  });

  it('calls a dead member unreachable, and knows when its quorum is lost though it still lists everybody', async () => {
    const { site, ids } = await cluster();
    site.models.kill(ids[0]);
    await site.advance(3);
    const told = await look(site, ids[1]);
    expect(told.lines.filter((line) => line.endsWith('unreachable'))).toHaveLength(1);
    expect(told.lines[1]).toBe('health true');
    site.models.kill(ids[2]);
    await site.advance(6);
    const lost = await look(site, ids[1]);
    expect(lost).toMatchObject({ exitCode: 67 });
    expect(lost.lines[1]).toBe('health false no leader');
    expect(lost.lines.at(-1)).toBe('end 5');
  });

  it('takes a leader out and goes on, and what was taken out stays out', async () => {
    const { site, ids } = await cluster();
    const leader = truth(site)?.members.find((it) => it.leader)?.instance ?? '';
    const [other = ''] = ids.filter((id) => id !== leader);
    expect((await drain(site, other, leader)).exitCode).toBe(0);
    expect(truth(site)).toMatchObject({ decides: true, members: { length: 2 } });
    await site.advance(60);
    expect(instances(site)).not.toContain(leader);
    expect(await look(site, leader)).toMatchObject({ exitCode: 66 });
    expect((await drain(site, other, leader)).exitCode).toBe(0);
  });

  it('keeps a member that the others need, and lets a dead one go', async () => {
    const { site, ids } = await cluster();
    site.models.cutOff(ids[0]);
    await site.advance(5);
    expect(await drain(site, ids[1], ids[2])).toMatchObject({
      exitCode: 65,
      stderr: expect.stringContaining('1 of 2 voters would serve, fewer than the majority of 2'),
    });
    expect(
      (await site.ask(ids[1], 'etcd-tidy', { Path: PATH, Members: nameOf(site, ids[0]) })).exitCode,
    ).toBe(0);
    expect(instances(site)).toEqual([ids[1], ids[2]].sort());
  });

  it('replaces a member at the same address, the dead entry out first', async () => {
    const { site, ids } = await cluster();
    site.cloud.ec2.others.terminate(ids[1]);
    await site.advance(60);
    const next = launch(site, ADDRESSES[1]);
    await site.advance(60);
    expect(instances(site)).toEqual([ids[0], ids[2], next].sort());
    expect(truth(site)?.members.every(({ votes }) => votes)).toBe(true);
  });

  it('is made new from one survivor, under another id', async () => {
    const { site, ids } = await cluster();
    const before = site.parameter(`${PATH}/cluster`);
    for (const id of ids.slice(1)) site.cloud.ec2.others.terminate(id);
    await site.advance(5);
    expect((await site.ask(ids[0], 'etcd-recover', { Path: PATH })).exitCode).toBe(0);
    expect(instances(site)).toEqual([ids[0]]);
    expect(site.parameter(`${PATH}/cluster`)).not.toBe(before);
    expect((await look(site, ids[0])).lines[1]).toBe('health true');
  });
});

const nameOf = (site: TestSite, id: string): string =>
  truth(site)?.members.find(({ instance }) => instance === id)?.name ?? '';
