import { describe, expect, it } from 'vitest';
import { aSite, type TestSite } from './a-site.js';

const PATH = '/holdfast/local/kube';

const cluster = async () => {
  const site = await aSite();
  const launch = (role: string) => site.launch(`kubernetes/${role}`, { Path: PATH, Role: role });
  const worker = launch('worker');
  const [a, b, c] = [launch('manager'), launch('manager'), launch('manager')];
  await site.advance(120);
  return { site, managers: [a, b, c] as const, worker, launch };
};
const look = (site: TestSite, id: string) => site.ask(id, 'kubernetes-look', { Path: PATH });
const lineOf = ({ lines }: { lines: readonly string[] }, id: string) =>
  lines.find((line) => line.startsWith(`node ${id} `));
const drain = (site: TestSite, on: string, Instance: string) =>
  site.ask(on, 'kubernetes-drain', { Path: PATH, Instance });

describe('the model of a Kubernetes cluster', () => {
  it('is founded by one manager; the others and the worker join', async () => {
    const { site, managers, worker } = await cluster();
    const told = await look(site, managers[1]);
    expect(lineOf(told, worker)).toBe(`node ${worker} ${worker} worker Ready schedulable`);
    for (const id of managers) expect(lineOf(told, id)).toContain('control-plane Ready');
    const states = told.lines.filter((line) => line.startsWith('member')).map((line) => line.split(' ')[5]);
    expect(states.sort()).toEqual(['follower', 'follower', 'leader']);
    expect(told.lines.at(-1)).toBe('end 7');
    expect((await look(site, worker)).exitCode).toBe(66);
  });

  it('calls a silent node Unknown after forty seconds', async () => {
    const { site, managers, worker } = await cluster();
    site.models.kill(worker);
    await site.advance(38);
    expect(lineOf(await look(site, managers[0]), worker)).toContain(' Ready ');
    await site.advance(2);
    expect(lineOf(await look(site, managers[0]), worker)).toContain(' Unknown ');
  });

  it('says when its etcd lost its quorum', async () => {
    const { site, managers } = await cluster();
    site.models.cutOff(managers[0]);
    site.models.cutOff(managers[1]);
    await site.advance(5);
    expect(await look(site, managers[2])).toMatchObject({ exitCode: 67 });
  });

  it('drains nodes, and refuses to take out a manager that the others need', async () => {
    const { site, managers, worker } = await cluster();
    expect((await drain(site, managers[0], worker)).exitCode).toBe(0);
    expect(lineOf(await look(site, managers[0]), worker)).toBeUndefined();
    site.models.cutOff(managers[1]);
    await site.advance(5);
    expect(await drain(site, managers[0], managers[2])).toMatchObject({ exitCode: 65 });
    expect((await drain(site, managers[0], managers[1])).exitCode).toBe(0);
    expect(site.models.clusters()[0]?.members).toHaveLength(2);
  });

  it('takes ghosts out, and takes nobody in by an old token', async () => {
    const { site, managers, worker, launch } = await cluster();
    site.cloud.ec2.others.terminate(worker);
    await site.advance(45);
    const tidied = await site.ask(managers[0], 'kubernetes-tidy', {
      Path: PATH,
      Nodes: `${worker} ${managers[1]}`,
    });
    expect(tidied).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`${managers[1]} is still`) });
    expect(lineOf(await look(site, managers[0]), worker)).toBeUndefined();
    expect((await site.ask(managers[0], 'kubernetes-rotate', { Path: PATH })).exitCode).toBe(0);
    const next = launch('worker');
    await site.advance(30);
    expect(lineOf(await look(site, managers[0]), next)).toContain('worker Ready');
  });
});
