import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { aSite, type TestSite } from './a-site.js';

const PATH = '/holdfast/local/demo';

const swarmOf = async (managers: number, workers: number, options = {}) => {
  const site = await aSite(options);
  const launch = (count: number, role: 'manager' | 'worker') =>
    Array.from({ length: count }, () =>
      site.launch(`swarm/${role}`, { Path: PATH, Role: role, Heartbeat: '' }),
    );
  const workerIds = launch(workers, 'worker');
  const managerIds = launch(managers, 'manager');
  await site.advance(60);
  return { site, managers: managerIds, workers: workerIds, launch };
};

const look = (site: TestSite, id: string) => site.ask(id, 'swarm-look', { Path: PATH }, 60);

/** The words of a node's line after its ids. */
const lineOf = ({ lines }: { lines: readonly string[] }, id: string) =>
  lines.filter((line) => line.split(' ')[2] === id).map((line) => line.split(' ').slice(3).join(' '));

const truth = ({ models }: TestSite) => {
  const [swarm] = models.clusters();
  if (!swarm) throw new Error('no swarm');
  return swarm;
};
const leaderOf = (site: TestSite): string => {
  const leader = truth(site).members.find((member) => member.leader);
  if (!leader) throw new Error('no leader');
  return leader.instance;
};
const other = (ids: readonly string[], ...not: readonly string[]): string => {
  const found = ids.find((id) => !not.includes(id));
  if (found === undefined) throw new Error('no other');
  return found;
};

describe('the model of a swarm', () => {
  it('forms: one manager founds it, the others and the workers, which waited, join', async () => {
    const { site, managers, workers } = await swarmOf(3, 2);
    expect(site.models.clusters()).toHaveLength(1);
    expect(truth(site)).toMatchObject({ software: 'swarm', decides: true });
    const told = await look(site, other(managers));
    expect(told.exitCode).toBe(0);
    expect(told.lines[0]).toBe(`cluster ${site.parameter(`${PATH}/cluster`)}`);
    expect(told.lines.at(-1)).toBe('end 6');
    expect(managers.flatMap((id) => lineOf(told, id)).sort()).toEqual([
      'manager ready active leader',
      'manager ready active reachable',
      'manager ready active reachable',
    ]);
    for (const id of workers) expect(lineOf(told, id)).toEqual(['worker ready active -']);
    for (const id of managers) expect(site.parameter(`${PATH}/managers/${id}`)).toMatch(/^10\./);
  });

  it('knows no node before its agent has registered', async () => {
    const site = await aSite();
    const id = site.launch('vanilla');
    await site.advance(9);
    expect(site.cloud.ec2.instance(id)?.state).toBe('running');
    await expect(look(site, id)).rejects.toThrow('not in a valid state');
    await site.advance(4);
    expect((await look(site, id)).exitCode).toBe(66);
  });

  it('says nothing on a worker, nor where the engine is dead', async () => {
    const { site, managers, workers } = await swarmOf(3, 1);
    expect(await look(site, other(workers))).toMatchObject({ exitCode: 66, lines: [] });
    const dead = other(managers);
    site.models.kill(dead);
    expect(await look(site, dead)).toMatchObject({ exitCode: 66, lines: [] });
  });

  it('calls a killed worker down after twelve seconds, and its list keeps it when its instance is gone', async () => {
    const { site, managers, workers } = await swarmOf(3, 2);
    const victim = other(workers);
    site.models.kill(victim);
    await site.advance(11);
    expect(lineOf(await look(site, other(managers)), victim)).toEqual(['worker ready active -']);
    await site.advance(2);
    expect(lineOf(await look(site, other(managers)), victim)).toEqual(['worker down active -']);
    site.cloud.ec2.others.terminate(victim);
    await site.advance(100);
    expect(lineOf(await look(site, other(managers)), victim)).toEqual(['worker down active -']);
  });

  it('calls a manager unreachable long before it is down', async () => {
    const { site, managers } = await swarmOf(3, 0);
    const victim = other(managers, leaderOf(site));
    site.models.cutOff(victim);
    await site.advance(1);
    expect(lineOf(await look(site, leaderOf(site)), victim)).toEqual(['manager ready active unreachable']);
    await site.advance(12);
    expect(lineOf(await look(site, leaderOf(site)), victim)).toEqual(['manager down active unreachable']);
  });

  it('does not hear from a worker that is cut off, until it is connected again', async () => {
    const { site, managers, workers } = await swarmOf(1, 1);
    const victim = other(workers);
    site.models.cutOff(victim);
    await site.advance(20);
    expect((await site.ask(victim, 'swarm-look', { Path: PATH }, 30)).status).toBe('InProgress');
    expect(lineOf(await look(site, other(managers)), victim)).toEqual(['worker down active -']);
    site.models.reconnect(victim);
    await site.advance(3);
    expect(lineOf(await look(site, other(managers)), victim)).toEqual(['worker ready active -']);
  });

  it('elects another leader, and says meanwhile that it does', async () => {
    const { site, managers } = await swarmOf(3, 0);
    const dead = leaderOf(site);
    site.cloud.ec2.others.terminate(dead);
    expect(truth(site).decides).toBe(false);
    const told = await look(site, other(managers, dead));
    expect(told).toMatchObject({ exitCode: 66, stderr: 'holdfast: the swarm elects a leader\n' });
    await site.advance(12);
    expect(leaderOf(site)).not.toBe(dead);
    const again = await look(site, other(managers, dead));
    expect(lineOf(again, dead)).toEqual(['manager unknown active unreachable']);
    await site.advance(16);
    expect(lineOf(await look(site, other(managers, dead)), dead)).toEqual([
      'manager down active unreachable',
    ]);
  });

  it('knows that its quorum is lost, takes nobody in, and decides again when it is back', async () => {
    const { site, managers, launch } = await swarmOf(3, 0);
    const [left, ...gone] = managers as [string, string, string];
    for (const id of gone) site.models.cutOff(id);
    await site.advance(1);
    expect(await look(site, left)).toMatchObject({
      exitCode: 67,
      stderr: 'holdfast: the swarm has no leader: 1 of 3 managers can be reached\n',
    });
    const [late] = launch(1, 'worker') as [string];
    await site.advance(60);
    expect(truth(site).members.map(({ instance }) => instance)).not.toContain(late);
    for (const id of gone) site.models.reconnect(id);
    await site.advance(40);
    expect(truth(site).decides).toBe(true);
    expect(truth(site).members.map(({ instance }) => instance)).toContain(late);
  });

  it('takes nobody in by a bad token', async () => {
    const { site, managers, launch } = await swarmOf(1, 0);
    const { ssm } = site.cloud.clients('tester');
    await ssm.send(
      new PutParameterCommand({ Name: `${PATH}/worker-token`, Value: 'SWMTKN-1-bad', Overwrite: true }),
    );
    launch(1, 'worker');
    await site.advance(120);
    expect(truth(site).members).toHaveLength(1);
    expect((await site.ask(other(managers), 'swarm-rotate', { Path: PATH })).exitCode).toBe(0);
    await site.advance(5);
    expect(truth(site).members).toHaveLength(2);
  });

  it('takes one in late when its join is slow', async () => {
    const { site, launch } = await swarmOf(1, 0);
    site.faults.add({ kind: 'slow-join', ms: 60_000 });
    launch(1, 'worker');
    await site.advance(65);
    expect(truth(site).members).toHaveLength(1);
    await site.advance(10);
    expect(truth(site).members).toHaveLength(2);
  });

  it('drains a worker, and a second time does nothing', async () => {
    const { site, managers, workers } = await swarmOf(1, 2);
    const Instance = other(workers);
    const drain = () => site.ask(other(managers), 'swarm-drain', { Path: PATH, Instance });
    expect((await drain()).exitCode).toBe(0);
    expect(truth(site).members.map(({ instance }) => instance)).not.toContain(Instance);
    expect((await drain()).exitCode).toBe(0);
  });

  it('takes a manager out, its leader too, as long as most of the others can be reached', async () => {
    const { site, managers } = await swarmOf(3, 0);
    const leader = leaderOf(site);
    const speaker = other(managers, leader);
    expect((await site.ask(speaker, 'swarm-drain', { Path: PATH, Instance: leader })).exitCode).toBe(0);
    expect(truth(site)).toMatchObject({ decides: true, members: { length: 2 } });
    expect(site.parameter(`${PATH}/managers/${leader}`)).toBeUndefined();
  });

  it('refuses to take a manager out that the others need', async () => {
    const { site, managers } = await swarmOf(3, 0);
    const leader = leaderOf(site);
    const [cut, healthy] = managers.filter((id) => id !== leader) as [string, string];
    site.models.cutOff(cut);
    await site.advance(1);
    const refusal = await site.ask(leader, 'swarm-drain', { Path: PATH, Instance: healthy });
    expect(refusal).toMatchObject({
      exitCode: 65,
      stderr: 'holdfast: 1 of the 2 other managers can be reached, not a majority\n',
    });
    expect(lineOf(await look(site, leader), healthy)).toEqual(['manager ready active reachable']);
    expect((await site.ask(leader, 'swarm-drain', { Path: PATH, Instance: cut })).exitCode).toBe(0);
  });

  it('takes ghosts out of its list, and nobody who is there', async () => {
    const { site, managers, workers } = await swarmOf(1, 2);
    const [ghost, alive] = workers as [string, string];
    site.cloud.ec2.others.terminate(ghost);
    await site.advance(20);
    const nameOf = (id: string) => truth(site).members.find(({ instance }) => instance === id)?.name;
    const told = await site.ask(other(managers), 'swarm-tidy', {
      Path: PATH,
      Nodes: `${nameOf(ghost)} ${nameOf(alive)}`,
    });
    expect(told).toMatchObject({ exitCode: 1, stderr: `holdfast: ${nameOf(alive)} is ready, so it stays\n` });
    expect(truth(site).members.map(({ instance }) => instance)).toEqual([other(managers), alive]);
  });

  it('is made new from one survivor, which keeps its workers', async () => {
    const { site, managers, workers } = await swarmOf(3, 2);
    const [survivor, ...dead] = managers as [string, string, string];
    expect((await site.ask(survivor, 'swarm-recover', { Path: PATH })).exitCode).toBe(1);
    for (const id of dead) site.cloud.ec2.others.terminate(id);
    await site.advance(60);
    expect((await site.ask(survivor, 'swarm-recover', { Path: PATH })).exitCode).toBe(0);
    expect(truth(site).decides).toBe(true);
    expect(
      truth(site)
        .members.map(({ instance }) => instance)
        .sort(),
    ).toEqual([survivor, ...workers].sort());
    expect(dead.map((id) => site.parameter(`${PATH}/managers/${id}`))).toEqual([undefined, undefined]);
  });

  it('loses a command when told to', async () => {
    const { site, managers } = await swarmOf(1, 0);
    site.faults.add({ kind: 'command-lost', times: 1 });
    expect((await look(site, other(managers))).status).toBe('InProgress');
    expect((await look(site, other(managers))).status).toBe('Success');
  });

  it('goes the same way each time with the same seed', async () => {
    const run = async () => truth((await swarmOf(3, 3, { seed: 7 })).site);
    expect(await run()).toEqual(await run());
  });
});
