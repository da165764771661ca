import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Described, metadataService, newRoleKeys } from '../../../lib/local/real/metadata-service.js';

const INSTANCE: Described = {
  id: 'i-1',
  privateIp: '10.0.1.20',
  zone: 'eu-west-1a',
  imageId: 'ami-1',
  instanceType: 't3.small',
  instanceProfile: 'arn:aws:iam::123456789012:instance-profile/nodes/shop-worker',
  userData: Buffer.from('#!/bin/bash\necho hello\n').toString('base64'),
  keys: newRoleKeys(),
};

describe('the instance metadata service', () => {
  let server: Server;
  let url: string;
  let instance: Described | undefined;

  beforeEach(async () => {
    instance = INSTANCE;
    server = createServer(metadataService(() => instance)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = server.address();
    url = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}/latest`;
  });
  afterEach(() => server.close());

  const token = async (seconds = '60') => {
    const response = await fetch(`${url}/api/token`, {
      method: 'PUT',
      headers: { 'X-aws-ec2-metadata-token-ttl-seconds': seconds },
    });
    return { status: response.status, text: await response.text() };
  };
  const get = async (path: string, given?: string) => {
    const headers = { 'X-aws-ec2-metadata-token': given ?? (await token()).text };
    const response = await fetch(`${url}/${path}`, { headers });
    return { status: response.status, text: await response.text() };
  };

  it('answers nothing without a token of its own', async () => {
    expect((await fetch(`${url}/meta-data/instance-id`)).status).toBe(401);
    expect(await get('meta-data/instance-id', 'guessed')).toEqual({ status: 401, text: '' });
    for (const seconds of ['0', '21601', 'long']) expect((await token(seconds)).status).toBe(400);
  });

  it.each([
    ['instance-id', 'i-1'],
    ['local-ipv4', '10.0.1.20'],
    ['placement/availability-zone', 'eu-west-1a'],
    ['placement/region', 'eu-west-1'],
    ['services/domain', 'amazonaws.com'],
    ['iam/security-credentials/', 'shop-worker'],
    ['placement/', 'availability-zone\nregion'],
  ])('tells %s', async (path, text) => {
    expect(await get(`meta-data/${path}`)).toEqual({ status: 200, text });
  });

  it("tells the role's keys and the user data", async () => {
    const { text } = await get('meta-data/iam/security-credentials/shop-worker');
    expect(JSON.parse(text)).toMatchObject({
      Code: 'Success',
      AccessKeyId: INSTANCE.keys.accessKeyId,
      SecretAccessKey: INSTANCE.keys.secretAccessKey,
      Token: INSTANCE.keys.sessionToken,
    });
    expect((await get('user-data')).text).toBe('#!/bin/bash\necho hello\n');
  });

  it('has no keys for an instance without a profile, and nothing for strangers', async () => {
    const { instanceProfile: _, ...plain } = INSTANCE;
    instance = plain;
    expect((await get('meta-data/iam/security-credentials/')).status).toBe(404);
    expect((await get('meta-data/')).text).not.toContain('iam');
    instance = undefined;
    expect((await token()).status).toBe(404);
  });
});
