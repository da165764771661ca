import { describe, expect, it } from 'vitest';
import { cloudEndpoint } from '../../lib/local/cloud-endpoint.js';
import { scriptedFaults } from '../../lib/local/faults.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import { aCloud } from '../local/a-cloud.js';
import { documentOf, type Given, run } from './world.js';

describe('holdfast cloud fault, asked of the local cloud', () => {
  const local = async (): Promise<Pick<Given, 'connect'>> => {
    const cloud = await aCloud();
    const endpoint = cloudEndpoint(cloud, scriptedFaults(cloud.clock, seededRandom(1)), 'config');
    return { connect: async () => ({ name: 'local cloud', send: (request) => endpoint(request) }) };
  };
  const LINE = 'cloud fault no-capacity zone=3 times=0 colour=red';

  it('prints each mistake of a rule on a line of its own', async () => {
    const ran = await run(LINE, await local());
    expect(ran.exitCode).toBe(2);
    const lines = ran.err.trimEnd().split('\n').slice(1);
    expect(lines.map((line) => line.split(':')[0]).sort()).toEqual(['colour', 'times', 'zone']);
  });

  it('lists the mistakes in the document with --json', async () => {
    const ran = await run(`${LINE} --json`, await local());
    expect(documentOf(ran)).toMatchObject({
      error: {
        code: 'InvalidInput',
        issues: expect.arrayContaining([{ path: 'zone', message: '3 is not a text' }]),
      },
    });
  });

  it('adds a rule without mistakes', async () => {
    const ran = await run('cloud fault no-capacity times=2', await local());
    expect(ran.out).toBe('Added fault no-capacity times=2\n');
  });
});
