import { DeleteParametersCommand, GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { ssmClusterParameters } from '../../lib/aws/ssm-cluster-parameters.js';
import { instanceId } from '../../lib/core/ids.js';

const client = new SSMClient({});
const ssm = mockClient(client);
const clusters = ssmClusterParameters(client);
const PATH = '/holdfast/us/shop';

const holding = (path: string, ...names: readonly (readonly [string, string])[]) => {
  const pages = names.map(([name, Value]) => ({ Name: `${path}/${name}`, Value }));
  const on = ssm.on(GetParametersByPathCommand, { Path: path });
  pages.reduce(
    (stub, one, index) =>
      stub.resolvesOnce({
        Parameters: [one],
        ...(index < pages.length - 1 ? { NextToken: `${index}` } : {}),
      }),
    on,
  );
};

const deleted = () => ssm.commandCalls(DeleteParametersCommand).map(({ args }) => args[0].input.Names);

beforeEach(() => {
  ssm.reset();
  ssm.on(DeleteParametersCommand).resolves({});
});

describe('ssmClusterParameters', () => {
  it('names the instances that can speak, of every page, and decrypts nothing', async () => {
    holding(`${PATH}/managers`, ['i-2', 'AQICAHg='], ['i-1', 'AQICAHh=']);
    expect(await clusters.speakers(PATH)).toEqual(['i-1', 'i-2']);
    for (const { args } of ssm.commandCalls(GetParametersByPathCommand))
      expect(args[0].input).toMatchObject({ Recursive: true, WithDecryption: false });
  });

  it.each([
    [[], { founded: false }],
    [[['first', 'i-1']], { founded: false, founder: 'i-1' }],
    [
      [
        ['first', 'i-1'],
        ['cluster', 'abc'],
      ],
      { founded: true, founder: 'i-1' },
    ],
  ] as const)('tells of %j who claimed to found it', async (names, claim) => {
    if (names.length === 0) ssm.on(GetParametersByPathCommand).resolves({ Parameters: [] });
    else holding(PATH, ...names);
    expect(await clusters.claim(PATH)).toEqual(claim);
  });

  it('forgets addresses, gives up a claim, and removes ten names in a call', async () => {
    await clusters.forget(PATH, [instanceId('i-1')]);
    await clusters.releaseClaim(PATH);
    holding(PATH, ...Array.from({ length: 11 }, (_, index) => [`managers/i-${index}`, ''] as const));
    await clusters.remove(PATH);
    expect(deleted().map((names) => names?.length)).toEqual([1, 1, 10, 1]);
    expect(deleted().slice(0, 2)).toEqual([[`${PATH}/managers/i-1`], [`${PATH}/first`]]);
  });

  it('leaves alone what belongs to another control plane below its path', async () => {
    holding(
      PATH,
      ['first', 'i-1'],
      ['web/first', 'i-9'],
      ['web/managers/i-9', ''],
      ['managers/first', 'i-9'],
      ['ids/1', ''],
    );
    await clusters.remove(PATH);
    expect(deleted()).toEqual([[`${PATH}/first`, `${PATH}/ids/1`]]);
  });

  it('asks for nothing to be deleted when there is nothing', async () => {
    ssm.on(GetParametersByPathCommand).resolves({ Parameters: [] });
    await clusters.remove(PATH);
    await clusters.forget(PATH, []);
    expect(deleted()).toEqual([]);
  });

  it.each([
    ['ThrottlingException', 'Throttled'],
    ['TimeoutError', 'Unanswered'],
  ])('calls %s %s', async (code, name) => {
    ssm.on(GetParametersByPathCommand).rejects(Object.assign(new Error('no'), { name: code }));
    await expect(clusters.speakers(PATH)).rejects.toMatchObject({ name });
  });
});
