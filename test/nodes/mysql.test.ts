import { afterAll, beforeAll, expect, it } from 'vitest';
import { pets } from '../support/scenario-specs.js';
import { describeOnNodes } from './support/describe-on-nodes.js';
import { nodeProfile } from './support/node-profile.js';
import { type RealWorld, startRealWorld } from './support/real-world.js';

const ADDRESSES = ['10.0.1.31', '10.0.1.32', '10.0.1.33'];

const BATCH = 20;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text: string) => process.stderr.write(`mysql: ${text}\n`);

describeOnNodes('a MariaDB Galera cluster', () => {
  let world: RealWorld;
  const db = (tags: Readonly<Record<string, string>> = {}) =>
    pets('db', ADDRESSES, {
      plugin: 'mysql',
      flavor: { Cluster: 'shop' },
      run: nodeProfile('shop', 'member'),
      instance: { Tags: tags },
      properties: {
        Repair: { Grace: '1m' },
        // One command in ten is lost, and so may be that of a drain.
        Updating: { HealthTimeout: '3m', MaxFailures: 3 },
      },
    });
  const idAt = (address: string): string =>
    world.members('db').find(({ privateIp }) => privateIp === address)?.id ?? '';
  const sql = async (address: string, statement: string, timeoutMs = 20_000) =>
    world.exec(idAt(address), `mariadb -u root -N -B -e "${statement}"`, timeoutMs);

  let turn = 0;
  /** Writes numbers through whichever member takes them, until it is stopped; returns those that were acknowledged. */
  const writer = () => {
    const acknowledged: number[] = [];
    let stopped = false;
    const ended = (async () => {
      for (; !stopped; turn += 1) {
        const numbers = Array.from({ length: BATCH }, (_, index) => turn * BATCH + index);
        // One after the other: what is selected was inserted before. A member that is gone acknowledges nothing.
        const inserts = numbers.map((n) => `insert into t.acks values (${n}); select ${n};`).join(' ');
        const done = await sql(ADDRESSES[turn % 3] ?? '', inserts).catch(() => undefined);
        acknowledged.push(...(done?.stdout.match(/^\d+$/gm) ?? []).map(Number));
        await pause(500);
      }
    })();
    return async () => {
      stopped = true;
      await ended;
      return acknowledged;
    };
  };

  beforeAll(async () => {
    world = await startRealWorld({ loseEvery: 10, sweepMs: 2_000 });
    await world.commit(db());
    say(`3 members healthy after ${await world.settle('db', 240)} s`);
    await sql(ADDRESSES[0] ?? '', 'create database t; create table t.acks (n int primary key)');
  });
  afterAll(() => world?.stop());

  it('is one cluster, founded by the member that claimed it', async () => {
    const sizes = await Promise.all(
      ADDRESSES.map((address) => sql(address, "show status like 'wsrep_cluster_size'")),
    );
    expect(sizes.map(({ stdout }) => stdout.trim())).toEqual(Array(3).fill('wsrep_cluster_size\t3'));
    expect(world.denials).toEqual([]);
  });

  /** Every insert that a member acknowledged while `act` ran is on the first member. */
  const losingNothing = async (act: () => Promise<void>) => {
    const stop = writer();
    await act();
    const acknowledged = await stop();
    const { stdout } = await sql(ADDRESSES[0] ?? '', 'select n from t.acks');
    const kept = new Set(stdout.trim().split('\n').map(Number));
    say(`${acknowledged.length} acknowledged inserts, ${kept.size} kept`);
    expect(acknowledged.length).toBeGreaterThan(BATCH);
    expect(acknowledged.filter((number) => !kept.has(number))).toEqual([]);
  };

  it(
    'replaces a member that is killed, and loses no acknowledged insert',
    () =>
      losingNothing(async () => {
        const [, victim = ''] = ADDRESSES;
        const dead = idAt(victim);
        const from = Date.now();
        await world.kill(dead);
        await world.until('another member', () => ![dead, ''].includes(idAt(victim)), 240);
        say(`replacement launched ${(Date.now() - from) / 1000} s after the kill`);
        await world.settle('db', 240);
        say(`whole ${(Date.now() - from) / 1000} s after the kill`);
      }),
    500_000,
  );

  it(
    'rolls all members, and loses no acknowledged insert',
    () =>
      losingNothing(async () => {
        const before = world.members('db').map(({ id }) => id);
        await world.commit(db({ release: '2' }));
        const isOver = async () =>
          world.members('db').every(({ id }) => !before.includes(id)) &&
          (await world.view('db')).Rollout?.Status === 'succeeded';
        say(`rolled 3 members in ${await world.until('every member replaced', isOver, 480)} s`);
      }),
    500_000,
  );

  it('had nothing go wrong by itself', () => {
    expect(world.problems).toEqual([]);
  });
}, ['mariadbd', 'galera_new_cluster', 'rsync']);
