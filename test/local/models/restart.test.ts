import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/local/clock.js';
import { startLocalCloud } from '../../../lib/local/local-cloud.js';
import { START } from '../a-cloud.js';
import { siteOn } from './a-site.js';

const PATH = '/holdfast/local/demo';

describe('models after a restart of the local cloud', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'models-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('find their clusters, ghosts and cut cables as they were, and go on with what was booting', async () => {
    const siteAt = async (seconds: number) => {
      const clock = virtualClock(START + seconds * 1000);
      return siteOn({ ...(await startLocalCloud({ clock, directory, seed: 1 })), clock });
    };
    const before = await siteAt(0);
    const manager = before.launch('swarm/manager', { Path: PATH });
    const workers = ['a', 'b', 'c'].map(() => before.launch('swarm/worker', { Path: PATH }));
    await before.advance(60);
    const [cut = '', gone = '', well = ''] = workers;
    before.models.cutOff(cut);
    before.cloud.ec2.others.terminate(gone);
    await before.advance(60);
    const late = before.launch('swarm/worker', { Path: PATH });
    await before.advance(8);
    const members = before.models.clusters()[0]?.members;
    expect(members?.map(({ instance, reachable }) => [instance, reachable])).toEqual([
      [manager, true],
      ...workers.map((id) => [id, id === well]),
    ]);
    await before.cloud.stop();

    const after = await siteAt(130);
    expect(after.models.clusters()[0]?.members).toEqual(members);
    await after.advance(20);
    expect(after.models.clusters()[0]?.members.at(-1)).toMatchObject({ instance: late, reachable: true });
    after.models.reconnect(cut);
    await after.advance(5);
    const told = await after.ask(manager, 'swarm-look', { Path: PATH });
    expect(told.lines.filter((line) => line.includes(cut))[0]).toContain('worker ready');
    expect(told.lines.filter((line) => line.includes(gone))[0]).toContain('worker down');
    await after.cloud.stop();
  });
});
