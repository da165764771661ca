import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inputOf, tryInput, tryRequest } from './try-input.js';
import { validSpecs } from './valid-documents.js';
import { type FuzzWorld, startFuzzWorld } from './world.js';

const INPUTS = 1_500;

describe('bad input', () => {
  let world: FuzzWorld;
  beforeAll(async () => {
    world = await startFuzzWorld();
  });
  afterAll(() => world.stop());

  it('is refused in bounded words and changes nothing', async () => {
    const failed: unknown[] = [];
    for (let seed = 1; seed <= INPUTS; seed += 1) {
      const { failures } = await tryInput(world, inputOf(seed));
      // CPU time is not measured beside other suites; `npm run fuzz` does.
      const told = failures.filter(({ kind }) => kind !== 'slow');
      if (told.length > 0) failed.push({ seed, told });
    }
    expect(failed).toEqual([]);
  });

  it('is not echoed at length when a parameter of the group API is unknown', async () => {
    const params = { ID: 'web', ['x'.repeat(100_000)]: 1 };
    const request = { jsonrpc: '2.0', id: 1, method: 'Group.Inspect', params };
    expect((await tryRequest(world, request)).failures).toEqual([]);
    expect(JSON.stringify(await world.ask(request)).length).toBeLessThan(3_000);
  });

  it('is not echoed at length when a flavor is unknown', async () => {
    const params = { Plugin: 'y'.repeat(20_000), Properties: {}, Allocation: { Size: 1 } };
    const request = { jsonrpc: '2.0', id: 1, method: 'Flavor.Validate', params };
    expect((await tryRequest(world, request)).failures).toEqual([]);
  });

  it('is told of at most 101 times when a group has 20,000 unknown keys', async () => {
    const Properties = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 1]));
    const params = { Spec: { ID: 'web', Properties } };
    const request = { jsonrpc: '2.0', id: 1, method: 'Group.CommitGroup', params };
    expect((await tryRequest(world, request)).failures).toEqual([]);
    const answer = await world.ask(request);
    expect(answer).toMatchObject({ error: { data: { issues: { length: 101 } } } });
    expect(JSON.stringify(answer).length).toBeLessThan(60_000);
  });

  it('is refused when an uploaded file is not UTF-8', async () => {
    const text = `# gr\u00fcn\n${JSON.stringify({ groups: { latin: { Properties: validSpecs[0]?.Properties ?? null } } })}`;
    expect(await world.upload('groups/latin1.yaml', Buffer.from(text, 'latin1'))).toBe('refused');
    expect(await world.upload('groups/utf8.yaml', Buffer.from(text))).toBe('committed');
  });

  it('is refused when an uploaded file is larger than 1 MiB', async () => {
    expect(await world.upload('groups/large.json', Buffer.alloc(1_100_000, ' '))).toBe('refused');
  });
});
