import { describe, expect, it } from 'vitest';
import { cloudEndpoint } from '../../lib/local/cloud-endpoint.js';
import { aSite } from '../local/models/a-site.js';
import { documentOf, type Given, run } from './world.js';

const PATH = '/holdfast/local/demo';

describe('holdfast cloud, about what runs on an instance', () => {
  const aManager = async () => {
    const site = await aSite();
    const id = site.launch('swarm/manager', { Path: PATH });
    await site.advance(30);
    const endpoint = cloudEndpoint(site.cloud, site.faults, 'config', site.models);
    const given: Pick<Given, 'connect'> = {
      connect: async () => ({ name: 'local cloud', send: (request) => endpoint(request) }),
    };
    return {
      site,
      id,
      given,
      look: async () => (await site.ask(id, 'swarm-look', { Path: PATH }, 30)).exitCode,
    };
  };

  it('kills its software', async () => {
    const { id, given, look } = await aManager();
    expect(await look()).toBe(0);
    expect((await run(`cloud kill ${id}`, given)).out).toBe(`Killed the software of ${id}\n`);
    expect(await look()).toBe(66);
  });

  it('cuts it off, and connects it again', async () => {
    const { id, given, look } = await aManager();
    expect((await run(`cloud cut-off ${id}`, given)).out).toBe(`Cut off ${id}\n`);
    expect(await look()).toBe(-1);
    expect(documentOf(await run(`cloud reconnect ${id} --json`, given))).toEqual({ id });
    expect(await look()).toBe(0);
  });

  it('says so when the instance is none that runs', async () => {
    const { site, id, given } = await aManager();
    expect((await run('cloud kill i-nobody', given)).err).toContain('no instance "i-nobody"');
    site.cloud.ec2.others.terminate(id);
    const refused = await run(`cloud cut-off ${id}`, given);
    expect(refused.exitCode).toBe(1);
    expect(refused.err).toContain(`"${id}" does not run`);
  });
});
