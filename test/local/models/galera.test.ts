import { describe, expect, it } from 'vitest';
import { aSite, type TestSite } from './a-site.js';

const PATH = '/holdfast/local/orders';
const ADDRESSES = ['10.0.1.20', '10.0.1.21', '10.0.1.22'] as const;

const launch = (site: TestSite, address: string) =>
  site.launch('mysql', { Path: PATH, Peers: ADDRESSES.join(',') }, { privateIp: address });

const cluster = async () => {
  const site = await aSite();
  const [a = '', b = '', c = ''] = ADDRESSES.map((address) => launch(site, address));
  await site.advance(90);
  return { site, ids: [a, b, c] as const };
};
const look = (site: TestSite, id: string) => site.ask(id, 'mysql-look', { Path: PATH });
const drain = (site: TestSite, id: string) => site.ask(id, 'mysql-drain', { Majority: '2' });

describe('the model of a Galera cluster', () => {
  it('is founded by one; the others copy its data, one after the other', async () => {
    const { site, ids } = await cluster();
    for (const id of ids) {
      const { lines } = await look(site, id);
      expect(lines.slice(0, 4)).toEqual([
        `cluster ${site.parameter(`${PATH}/cluster`)}`,
        'status Primary',
        'state Synced',
        'ready ON',
      ]);
      expect(lines.slice(4, 7).sort()).toEqual(ADDRESSES.map((address) => `member - ${address}`));
      expect(lines.at(-1)).toBe('end 7');
    }
  });

  it('shows its donor as such while a member copies', async () => {
    const { site, ids } = await cluster();
    site.cloud.ec2.others.terminate(ids[2]);
    await site.advance(60);
    launch(site, ADDRESSES[2]);
    await site.advance(11);
    const states = [await look(site, ids[0]), await look(site, ids[1])].map(({ lines }) => lines[2]);
    expect(states.sort()).toEqual(['state Donor/Desynced', 'state Synced']);
  });

  it('forgets a dead member after six seconds, and one more loss takes the rest out of service', async () => {
    const { site, ids } = await cluster();
    site.models.kill(ids[0]);
    await site.advance(5);
    expect((await look(site, ids[1])).lines.at(-1)).toBe('end 7');
    await site.advance(2);
    expect((await look(site, ids[1])).lines.at(-1)).toBe('end 6');
    expect(await look(site, ids[0])).toMatchObject({ exitCode: 66, lines: [] });
    site.models.cutOff(ids[2]);
    await site.advance(7);
    expect((await look(site, ids[1])).lines.slice(1, 4)).toEqual([
      'status non-Primary',
      'state Initialized',
      'ready OFF',
    ]);
    site.models.reconnect(ids[2]);
    expect((await look(site, ids[1])).lines[1]).toBe('status Primary');
  });

  it('takes one back that was cut off', async () => {
    const { site, ids } = await cluster();
    site.models.cutOff(ids[0]);
    await site.advance(20);
    expect((await look(site, ids[1])).lines.at(-1)).toBe('end 6');
    site.models.reconnect(ids[0]);
    expect((await look(site, ids[0])).lines[1]).toBe('status Primary');
    expect((await look(site, ids[1])).lines.at(-1)).toBe('end 7');
  });

  it('lets a member go while enough are left, and no further one', async () => {
    const { site, ids } = await cluster();
    expect((await drain(site, ids[0])).exitCode).toBe(0);
    expect(await drain(site, ids[1])).toMatchObject({
      exitCode: 65,
      stderr: 'holdfast: 1 members would be left, fewer than 2\n',
    });
    expect(site.models.clusters()[0]).toMatchObject({ decides: true, members: { length: 2 } });
  });

  it('is made new from one survivor, and takes others in', async () => {
    const { site, ids } = await cluster();
    site.cloud.ec2.others.terminate(ids[0]);
    site.cloud.ec2.others.terminate(ids[1]);
    await site.advance(60);
    expect(site.models.clusters()[0]?.decides).toBe(false);
    expect((await site.ask(ids[2], 'mysql-recover', { Path: PATH })).exitCode).toBe(0);
    launch(site, ADDRESSES[0]);
    await site.advance(30);
    expect((await look(site, ids[2])).lines.at(-1)).toBe('end 6');
  });
});
