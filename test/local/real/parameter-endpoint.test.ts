import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  paginateGetParametersByPath,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from 'vitest';
import { type Described, newRoleKeys, type RoleKeys } from '../../../lib/local/real/metadata-service.js';
import { parameterEndpoint } from '../../../lib/local/real/parameter-endpoint.js';
import { aCloud } from '../a-cloud.js';

const node = (keys: RoleKeys): Described => ({
  id: 'i-1',
  privateIp: '127.0.0.1',
  zone: 'eu-west-1a',
  imageId: 'ami-1',
  instanceType: 't3.small',
  instanceProfile: 'arn:aws:iam::123456789012:instance-profile/shop-worker',
  keys,
});

describe('Parameter Store for nodes', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** A real SDK client that talks to the endpoint over HTTP, with an instance's keys. */
  const talkTo = async (instance: Described, region = 'eu-west-1') => {
    const cloud = await aCloud({
      authorise: ({ principal, input }) =>
        principal === 'node/i-1' && Object(input).Name === '/secret'
          ? { denied: 'its role does not allow it' }
          : 'allow',
    });
    const listener = parameterEndpoint({
      instanceAt: (address) => (address === instance.privateIp ? instance : undefined),
      clientOf: (id) => cloud.clients(`node/${id}`).ssm,
    });
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = server.address();
    const port = typeof at === 'object' ? at?.port : undefined;
    const clientWith = ({ accessKeyId, secretAccessKey, sessionToken }: RoleKeys) =>
      new SSMClient({
        endpoint: `http://127.0.0.1:${port}`,
        region,
        credentials: { accessKeyId, secretAccessKey, sessionToken },
        maxAttempts: 1,
      });
    return { cloud, clientWith };
  };

  it('answers the SDK as Systems Manager does', async () => {
    const keys = newRoleKeys();
    const { clientWith } = await talkTo(node(keys));
    const client = clientWith(keys);
    const put = (Name: string, Value: string) =>
      client.send(new PutParameterCommand({ Name, Value, Type: 'String' }));
    await put('/shop/first', 'i-1');
    await put('/shop/managers/i-1', '10.0.1.20');
    await put('/shop/managers/i-2', '10.0.1.21');
    await put('/shop/managers/i-3', '10.0.1.22');
    await expect(put('/shop/first', 'i-2')).rejects.toBeInstanceOf(ParameterAlreadyExists);
    const { Parameter } = await client.send(new GetParameterCommand({ Name: '/shop/first' }));
    expect(Parameter).toMatchObject({ Name: '/shop/first', Value: 'i-1', Version: 1 });
    expect(Parameter?.LastModifiedDate).toBeInstanceOf(Date);
    const names: unknown[] = [];
    for await (const page of paginateGetParametersByPath({ client }, { Path: '/shop', Recursive: true })) {
      names.push(...(page.Parameters ?? []).map(({ Name }) => Name));
    }
    expect(names).toHaveLength(4);
    await client.send(new DeleteParameterCommand({ Name: '/shop/first' }));
    await expect(client.send(new GetParameterCommand({ Name: '/shop/first' }))).rejects.toBeInstanceOf(
      ParameterNotFound,
    );
  });

  it('denies what the role does not allow', async () => {
    const keys = newRoleKeys();
    const { clientWith } = await talkTo(node(keys));
    await expect(clientWith(keys).send(new GetParameterCommand({ Name: '/secret' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it.each([
    ['of another instance', (keys: RoleKeys) => ({ ...newRoleKeys(), sessionToken: keys.sessionToken })],
    ['with another token', (keys: RoleKeys) => ({ ...keys, sessionToken: 'x' })],
  ])('takes no keys %s', async (_, change) => {
    const keys = newRoleKeys();
    const { clientWith } = await talkTo(node(keys));
    await expect(
      clientWith(change(keys)).send(new GetParameterCommand({ Name: '/shop/first' })),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('knows callers by their address, and refuses a signature for another region', async () => {
    const keys = newRoleKeys();
    const ask = async (instance: Described, region?: string) => {
      const { clientWith } = await talkTo(instance, region);
      await expect(
        clientWith(keys).send(new GetParameterCommand({ Name: '/shop/first' })),
      ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
      server?.close();
    };
    await ask({ ...node(keys), privateIp: '10.0.1.20' });
    await ask(node(keys), 'us-east-1');
  });
});
