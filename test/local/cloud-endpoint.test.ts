import { afterEach, describe, expect, it } from 'vitest';
import { type ClockSpeed, cloudEndpoint } from '../../lib/local/cloud-endpoint.js';
import { scriptedFaults } from '../../lib/local/faults.js';
import { type PacedClock, pacedClock } from '../../lib/local/paced-clock.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import { aCloud } from './a-cloud.js';
import { aSite } from './models/a-site.js';

let clock: PacedClock | undefined;
afterEach(() => clock?.stop());

const aPacedCloud = async () => {
  const paced = pacedClock({
    onError: (error) => {
      throw error;
    },
  });
  clock = paced;
  const speed: ClockSpeed = { clock: paced, keeper: { setSpeed: paced.setSpeed } };
  const cloud = await aCloud({ withoutTable: true });
  const faults = scriptedFaults(cloud.clock, seededRandom(1));
  const endpoint = cloudEndpoint(cloud, faults, 'config', undefined, speed);
  return { paced, ask: (method: string, params: object = {}) => endpoint({ id: 1, method, params }) };
};

describe('the local cloud, about itself', () => {
  it('tells its zones', async () => {
    const { ask } = await aPacedCloud();
    expect(await ask('Cloud.Zones')).toMatchObject({
      result: { Zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] },
    });
  });

  it('changes the speed of its clock, within what its functions can bear', async () => {
    const { paced, ask } = await aPacedCloud();
    expect(await ask('Cloud.Clock')).toMatchObject({ result: { Speed: 1, Fastest: 10 } });
    expect(await ask('Cloud.SetSpeed', { Speed: 0 })).toMatchObject({ result: { Speed: 0 } });
    expect(paced.speed).toBe(0);
    for (const Speed of [-1, 11, Number.NaN, '2', undefined]) {
      expect(await ask('Cloud.SetSpeed', { Speed })).toMatchObject({
        error: { data: { name: 'InvalidInput' } },
      });
    }
    expect(paced.speed).toBe(0);
  });

  it('removes one fault, and says when there is none of that number', async () => {
    const { ask } = await aPacedCloud();
    await ask('Cloud.Fault', { Rule: { kind: 'throttle' } });
    await ask('Cloud.Fault', { Rule: { kind: 'events', how: 'never' } });
    expect(await ask('Cloud.RemoveFault', { ID: 1 })).toMatchObject({ result: { ID: 1 } });
    expect(await ask('Cloud.Faults')).toMatchObject({ result: { Faults: [{ id: 2 }] } });
    expect(await ask('Cloud.RemoveFault', { ID: 1 })).toMatchObject({
      error: { data: { name: 'NotFound' } },
    });
  });

  it('tells which instances are cut off, and no speed where it cannot be changed', async () => {
    const site = await aSite();
    const id = site.launch('swarm/manager', { Path: '/holdfast/local/demo' });
    await site.advance(30);
    const endpoint = cloudEndpoint(site.cloud, site.faults, 'config', site.models);
    await endpoint({ id: 1, method: 'Cloud.CutOff', params: { ID: id } });
    expect(await endpoint({ id: 2, method: 'Cloud.List', params: {} })).toMatchObject({
      result: { Instances: [{ ID: id, CutOff: true }] },
    });
    await endpoint({ id: 3, method: 'Cloud.Reconnect', params: { ID: id } });
    expect(JSON.stringify(await endpoint({ id: 4, method: 'Cloud.List', params: {} }))).not.toContain(
      'CutOff',
    );
    expect(await endpoint({ id: 5, method: 'Cloud.Clock', params: {} })).not.toHaveProperty('result.Fastest');
    expect(await endpoint({ id: 6, method: 'Cloud.SetSpeed', params: { Speed: 2 } })).toHaveProperty('error');
  });
});
