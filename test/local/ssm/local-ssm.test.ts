import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  GetCommandInvocationCommand,
  GetParameterCommand,
  GetParametersCommand,
  InvalidInstanceId,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  paginateDescribeInstanceInformation,
  paginateGetParametersByPath,
  paginateListCommandInvocations,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import { aCloud } from '../a-cloud.js';

async function withParameters(values: Record<string, string> = {}) {
  const cloud = await aCloud();
  const { ssm } = cloud.clients('tester');
  const put = (Name: string, Value: string, Overwrite?: boolean) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite }));
  for (const [name, value] of Object.entries(values)) await put(name, value);
  return { cloud, ssm, put };
}

describe('local Parameter Store', () => {
  test('it overwrites only when told to, and counts versions', async () => {
    const { ssm, put } = await withParameters({ '/a': 'one' });
    expect(await put('/a', 'two').catch((error: unknown) => error)).toBeInstanceOf(ParameterAlreadyExists);
    await put('/a', 'three', true);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/a' }));
    expect([Parameter?.Value, Parameter?.Version]).toEqual(['three', 2]);
  });

  test('it gives and deletes several at once, and names those that are not there', async () => {
    const { ssm } = await withParameters({ '/a': '1', '/b': '2' });
    const got = await ssm.send(new GetParametersCommand({ Names: ['/a', '/c', '/b'] }));
    expect(got.Parameters?.map(({ Value }) => Value)).toEqual(['1', '2']);
    expect(got.InvalidParameters).toEqual(['/c']);
    const gone = await ssm.send(new DeleteParametersCommand({ Names: ['/b', '/c'] }));
    expect([gone.DeletedParameters, gone.InvalidParameters]).toEqual([['/b'], ['/c']]);
    await ssm.send(new DeleteParameterCommand({ Name: '/a' }));
    const again = ssm.send(new DeleteParameterCommand({ Name: '/a' }));
    expect(await again.catch((error: unknown) => error)).toBeInstanceOf(ParameterNotFound);
  });

  test('it lists a path in pages, one level or all', async () => {
    const { ssm } = await withParameters({
      '/swarm/a': '1',
      '/swarm/b': '2',
      '/swarm/c/d': '3',
      '/swarm/e': '4',
      '/swarm/f': '5',
      '/swarms': '6',
    });
    const list = async (Recursive: boolean) => {
      const pages: unknown[] = [];
      for await (const page of paginateGetParametersByPath({ client: ssm }, { Path: '/swarm', Recursive })) {
        pages.push(page.Parameters?.map(({ Name }) => Name));
      }
      return pages;
    };
    expect(await list(false)).toEqual([['/swarm/a', '/swarm/b', '/swarm/e'], ['/swarm/f']]);
    expect(await list(true)).toEqual([
      ['/swarm/a', '/swarm/b', '/swarm/c/d'],
      ['/swarm/e', '/swarm/f'],
    ]);
  });

  test.each([
    ['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64', 'ami-0def'],
    ['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64', 'ami-0arm'],
    ['/aws/service/debian/release/12/latest/amd64', 'ami-0def'],
  ])('it resolves %s to the newest image of that architecture', async (Name, image) => {
    const { ssm } = await withParameters();
    expect((await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value).toBe(image);
  });
});

async function withNodes() {
  const cloud = await aCloud();
  const { ssm } = cloud.clients('tester');
  const ran: unknown[] = [];
  cloud.ssm.useNodes({
    managed: () => [
      { instanceId: 'i-1', pingStatus: 'Online' },
      { instanceId: 'i-2', pingStatus: 'Online' },
      { instanceId: 'i-3', pingStatus: 'Online' },
      { instanceId: 'i-4', pingStatus: 'Online' },
      { instanceId: 'i-5', pingStatus: 'ConnectionLost' },
    ],
    runOnNode: async (instanceId, document, parameters) => {
      await cloud.clock.sleep(instanceId === 'i-4' ? 1_000_000 : 2_000);
      ran.push([instanceId, document, parameters]);
      return { exitCode: instanceId === 'i-2' ? 3 : 0, stdout: `${instanceId} says hello`, stderr: '' };
    },
  });
  const send = (InstanceIds: string[]) =>
    ssm.send(
      new SendCommandCommand({
        InstanceIds,
        DocumentName: 'probe',
        Parameters: { what: ['health'] },
        TimeoutSeconds: 60,
      }),
    );
  const read = (CommandId: string | undefined, InstanceId: string) =>
    ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
  return { cloud, ssm, ran, send, read };
}

describe('local Run Command', () => {
  test('it runs a command on nodes and gives status, exit code and output when they are there', async () => {
    const { cloud, ran, send, read } = await withNodes();
    const { Command } = await send(['i-1', 'i-2', 'i-4']);
    expect((await read(Command?.CommandId, 'i-1')).Status).toBe('InProgress');
    await cloud.clock.advance(2_000);
    expect(await read(Command?.CommandId, 'i-1')).toMatchObject({
      Status: 'Success',
      ResponseCode: 0,
      StandardOutputContent: 'i-1 says hello',
    });
    expect(await read(Command?.CommandId, 'i-2')).toMatchObject({ Status: 'Failed', ResponseCode: 3 });
    expect((await read(Command?.CommandId, 'i-4')).Status).toBe('InProgress');
    await cloud.clock.advance(58_000);
    expect((await read(Command?.CommandId, 'i-4')).Status).toBe('TimedOut');
    expect(ran[0]).toEqual(['i-1', 'probe', { what: ['health'] }]);
    await expect(read(Command?.CommandId, 'i-3')).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
  });

  test('it fails a command whole for one node that is not registered or not online', async () => {
    const { cloud, ran, send } = await withNodes();
    for (const stranger of ['i-9', 'i-5']) {
      expect(await send(['i-1', stranger]).catch((error: unknown) => error)).toBeInstanceOf(
        InvalidInstanceId,
      );
    }
    const many = Array.from({ length: 51 }, () => 'i-1');
    await expect(send(many)).rejects.toMatchObject({ name: 'ValidationException' });
    await cloud.clock.advance(10_000);
    expect(ran).toEqual([]);
  });

  test('it lists nodes and invocations in pages', async () => {
    const { cloud, ssm, send } = await withNodes();
    const nodes: unknown[] = [];
    const Filters = [{ Key: 'PingStatus', Values: ['Online'] }];
    for await (const page of paginateDescribeInstanceInformation({ client: ssm }, { Filters })) {
      nodes.push(page.InstanceInformationList?.map(({ InstanceId }) => InstanceId));
    }
    expect(nodes).toEqual([['i-1', 'i-2', 'i-3'], ['i-4']]);
    const { Command } = await send(['i-1', 'i-2', 'i-3', 'i-4']);
    await cloud.clock.advance(5_000);
    const invocations: unknown[] = [];
    const query = { CommandId: Command?.CommandId, Details: true };
    for await (const page of paginateListCommandInvocations({ client: ssm }, query)) {
      invocations.push(page.CommandInvocations?.map(({ CommandPlugins }) => CommandPlugins?.[0]?.Output));
    }
    expect(invocations).toEqual([['i-1 says hello', 'i-2 says hello', 'i-3 says hello'], ['']]);
  });
});

describe('local documents', () => {
  const look = {
    name: 'swarm-look',
    kind: 'look',
    description: 'Lists nodes',
    parameters: { Path: { description: 'Of the cluster', pattern: '^/holdfast/[a-z]+$' } },
    timeoutSeconds: 10,
    script: 'true',
  } as const;

  const withDocument = async () => {
    const cloud = await aCloud();
    const ran: unknown[] = [];
    cloud.ssm.putDocument('prod-swarm-look', look);
    cloud.ssm.useNodes({
      managed: () => [{ instanceId: 'i-1', pingStatus: 'Online' }],
      runOnNode: async (_id, document, _values, { document: content, arrived }) => {
        ran.push([document, content?.script]);
        arrived();
        await cloud.clock.sleep(50_000);
        return { exitCode: 137, stdout: 'half', stderr: 'e'.repeat(9_000), timedOut: true };
      },
    });
    const { ssm } = cloud.clients('tester');
    const send = (DocumentName: string, Parameters: Record<string, string[]>) =>
      ssm.send(
        new SendCommandCommand({ InstanceIds: ['i-1'], DocumentName, Parameters, TimeoutSeconds: 30 }),
      );
    return { cloud, ssm, ran, send };
  };

  test('it refuses documents that are not there, and values that their patterns do not allow', async () => {
    const { send } = await withDocument();
    await expect(send('swarm-look', { Path: ['/holdfast/prod'] })).rejects.toMatchObject({
      name: 'InvalidDocument',
    });
    for (const Parameters of [
      {},
      { Path: ["/holdfast/prod'; rm -rf /"] },
      { Path: ['/holdfast/prod', '/holdfast/prod'] },
      { Path: ['/holdfast/prod'], More: ['x'] },
    ] as Record<string, string[]>[]) {
      await expect(send('prod-swarm-look', Parameters)).rejects.toMatchObject({ name: 'InvalidParameters' });
    }
  });

  test('it gives the node the document itself, and once it is there only the node ends it', async () => {
    const { cloud, ssm, ran, send } = await withDocument();
    const { Command } = await send('prod-swarm-look', { Path: ['/holdfast/prod'] });
    const read = () =>
      ssm.send(new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId: 'i-1' }));
    await cloud.clock.advance(40_000);
    expect(ran).toEqual([['swarm-look', 'true']]);
    expect((await read()).Status).toBe('InProgress');
    await cloud.clock.advance(10_000);
    const { Status, StatusDetails, ResponseCode, StandardErrorContent } = await read();
    expect({ Status, StatusDetails, ResponseCode }).toEqual({
      Status: 'TimedOut',
      StatusDetails: 'Execution Timed Out',
      ResponseCode: -1,
    });
    expect(StandardErrorContent).toHaveLength(8_000);
  });
});
