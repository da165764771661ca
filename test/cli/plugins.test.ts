import { describe, expect, it } from 'vitest';
import type { InstanceDescriptionView, Params } from '../../lib/app/api-types.js';
import { documentOf, run } from './world.js';

describe('holdfast instance', () => {
  const Instances: readonly InstanceDescriptionView[] = [
    { ID: 'i-1', State: 'running', Tags: { 'infrakit.group': 'web', Name: 'first of them' } },
    { ID: 'i-2', LogicalID: '10.0.0.11', State: 'stopped', Tags: {} },
  ];

  it('describes instances with their tags', async () => {
    const ran = await run('instance describe --tag infrakit.group=web --tag a=b=c', {
      answers: { 'Instance.DescribeInstances': () => ({ Instances }) },
    });
    expect(ran.sent[0]?.params).toEqual({ Tags: { 'infrakit.group': 'web', a: 'b=c' } });
    expect(ran.out).toBe(
      [
        'INSTANCE  STATE    ABOUT',
        'i-1       running',
        '  Name=first of them infrakit.group=web',
        'i-2       stopped  10.0.0.11',
        '',
      ].join('\n'),
    );
  });

  it('leaves tags and properties as they are with --json', async () => {
    const ran = await run('instance describe --properties --json', {
      answers: {
        'Instance.DescribeInstances': () => ({
          Instances: [{ ID: 'i-1', State: 'running', Tags: { Name: 'x' }, Properties: { ImageId: 'ami-1' } }],
        }),
      },
    });
    expect(documentOf(ran)).toEqual({
      instances: [{ id: 'i-1', state: 'running', tags: { Name: 'x' }, properties: { ImageId: 'ami-1' } }],
    });
    expect(ran.sent[0]?.params).toEqual({ Properties: true });
  });

  it.each(['novalue', '=x'])('refuses "%s" as a tag', async (tag) => {
    const ran = await run(`instance describe --tag ${tag}`);
    expect(ran.err).toBe(`error: "${tag}" is not of the form key=value\n`);
    expect(ran.exitCode).toBe(2);
  });

  it('refuses a tag that is given twice', async () => {
    const ran = await run('instance describe --tag a=1 --tag a=2');
    expect(ran.err).toBe('error: "a" is given twice; give it once\n');
  });

  it('validates properties, alone or in a spec, in YAML too', async () => {
    const sent: Params<'Instance.Validate'>[] = [];
    const answers = {
      'Instance.Validate': (params: Params<'Instance.Validate'>) => {
        sent.push(params);
        return { Valid: true as const, Warnings: ['not validated: throttled'] };
      },
    };
    const files = {
      'a.yaml': 'RunInstancesInput:\n  ImageId: ami-1\n',
      'b.json': '{"Plugin": "aws/ec2-instance", "Properties": {"RunInstancesInput": {"ImageId": "ami-1"}}}',
    };
    const ran = await run('instance validate a.yaml', { answers, files });
    expect(ran.out).toBe('a.yaml is valid\n  warning: not validated: throttled\n');
    expect(ran.err).toBe('');
    await run('instance validate b.json', { answers, files });
    expect(sent).toEqual([
      { Properties: { RunInstancesInput: { ImageId: 'ami-1' } } },
      { Properties: { RunInstancesInput: { ImageId: 'ami-1' } } },
    ]);
  });

  it('says where a file is not JSON or YAML', async () => {
    const ran = await run('instance validate bad.json', {
      files: { 'bad.json': '{\n  "a": 1,\n  "a": 2\n}' },
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toMatch(/^bad\.json:3:3 /);
    const list = await run('instance validate list.json', { files: { 'list.json': '[1]' } });
    expect(list.err).toBe('list.json:1:1 not an object of JSON or YAML\n');
  });

  it("provisions from InfraKit's instance spec, options before the file", async () => {
    const ran = await run('instance provision spec.json --tag infrakit.group=spare --logical-id 10.0.0.9', {
      files: {
        'spec.json': JSON.stringify({
          Properties: { RunInstancesInput: {} },
          Tags: { 'infrakit.group': 'other', Name: 'n' },
          Init: '#!/bin/sh',
          LogicalID: '10.0.0.8',
        }),
      },
      answers: { 'Instance.Provision': () => ({ ID: 'i-9' }) },
    });
    expect(ran.sent[0]?.params).toEqual({
      Properties: { RunInstancesInput: {} },
      Tags: { 'infrakit.group': 'spare', Name: 'n' },
      Init: '#!/bin/sh',
      LogicalID: '10.0.0.9',
      RequestId: 'id-1',
    });
    expect(ran.out).toBe('i-9\n');
  });

  it('takes the boot script from a file', async () => {
    const ran = await run('instance provision p.json --init boot.sh', {
      files: { 'p.json': '{"RunInstancesInput": {}}', 'boot.sh': 'echo hello\n' },
      answers: { 'Instance.Provision': () => ({ ID: 'i-9' }) },
    });
    expect(ran.sent[0]?.params).toMatchObject({
      Init: 'echo hello\n',
      Tags: {},
      Properties: { RunInstancesInput: {} },
    });
  });
});

describe('holdfast flavor', () => {
  const files = { 'f.json': '{"Plugin": "vanilla", "Properties": {"Init": ["echo"]}}', 'none.json': '{}' };

  it.each([
    ['', { Size: 1 }],
    ['--size 3', { Size: 3 }],
    ['--logical-ids 10.0.0.1,10.0.0.2', { LogicalIDs: ['10.0.0.1', '10.0.0.2'] }],
  ])('validates with the allocation of "%s"', async (options, Allocation) => {
    const ran = await run(`flavor validate f.json ${options}`, {
      files,
      answers: { 'Flavor.Validate': () => ({ Valid: true }) },
    });
    expect(ran.sent[0]?.params).toEqual({ Plugin: 'vanilla', Properties: { Init: ['echo'] }, Allocation });
    expect(ran.out).toBe('f.json is valid: vanilla\n');
  });

  it('refuses two allocations, and a file without a flavor', async () => {
    expect((await run('flavor validate f.json --size 1 --logical-ids a', { files })).exitCode).toBe(2);
    expect((await run('flavor validate none.json', { files })).err).toContain('none.json names no flavor');
  });

  it('prints the boot script with its tags as comments', async () => {
    const ran = await run('flavor prepare f.json --group web', {
      files,
      answers: { 'Flavor.Prepare': () => ({ Init: '#!/bin/sh\necho hi\n', Tags: { role: 'worker' } }) },
    });
    expect(ran.out).toBe('# tag role=worker\n#!/bin/sh\necho hi\n');
    expect(ran.sent[0]?.params).toMatchObject({ Group: 'web' });
  });

  it('lists how instances are', async () => {
    const answers = {
      'Flavor.Healthy': () => ({
        Instances: [{ ID: 'i-1', Health: 'healthy', Reason: 'both checks passed' }],
      }),
    };
    const ran = await run('flavor healthy web i-1', { answers });
    expect(ran.sent[0]?.params).toEqual({ ID: 'web', Instances: ['i-1'] });
    expect(ran.out).toBe('INSTANCE  HEALTH   REASON\ni-1       healthy  both checks passed\n');
    expect(documentOf(await run('flavor healthy web --json', { answers }))).toEqual({
      id: 'web',
      instances: [{ id: 'i-1', health: 'healthy', reason: 'both checks passed' }],
    });
  });
});

describe('holdfast cloud', () => {
  it('lists every instance, whoever launched it', async () => {
    const answers = {
      'Cloud.List': () => ({
        Instances: [
          { ID: 'i-1', State: 'terminated', Tags: { team: 'x' }, PrivateIP: '10.0.0.4', Zone: 'local-1a' },
        ],
      }),
    };
    const ran = await run('cloud ls', { answers });
    expect(ran.out).toBe('INSTANCE  STATE       ABOUT\ni-1       terminated  10.0.0.4 local-1a\n  team=x\n');
    expect(ran.sent[0]?.to).toBe('cloud');
    expect(documentOf(await run('cloud ls --json', { answers }))).toEqual({
      instances: [
        { id: 'i-1', state: 'terminated', tags: { team: 'x' }, privateIp: '10.0.0.4', zone: 'local-1a' },
      ],
    });
  });

  it.each([
    ['terminate', 'Cloud.Terminate', 'Terminated i-1\n'],
    ['stop', 'Cloud.Stop', 'Stopped i-1\n'],
  ])('%ss an instance', async (verb, method, out) => {
    const ran = await run(`cloud ${verb} i-1`, { answers: { [method]: () => ({}) } });
    expect(ran.sent).toEqual([{ method, to: 'cloud', params: { ID: 'i-1' } }]);
    expect(ran.out).toBe(out);
    expect(ran.err).toContain('target: local cloud');
  });

  it('uploads a file to the config bucket and says where the outcome will be', async () => {
    const ran = await run('cloud put groups/web.json web.json', {
      files: { 'web.json': '{"a":1}' },
      answers: { 'Cloud.Put': () => ({ Key: 'groups/web.json' }) },
    });
    expect(ran.sent).toEqual([
      { method: 'Cloud.Put', to: 'cloud', params: { Key: 'groups/web.json', Text: '{"a":1}' } },
    ]);
    expect(ran.out).toBe('Uploaded groups/web.json; the outcome will be in results/groups/web.json\n');
    expect(ran.err).toContain('target: local cloud');
  });

  it.each(['web.json', 'groups/', '/groups/web.json', 'results/groups/web.json', 'proposed'])(
    'refuses "%s" as the key of an upload, and sends nothing',
    async (key) => {
      const ran = await run(['cloud', 'put', key, 'web.json'], { files: { 'web.json': '{}' } });
      expect(ran.exitCode).toBe(2);
      expect(ran.err).toBe(
        `error: "${key}" would do nothing; give a key that starts with groups/ to commit, or proposed/ to plan\n`,
      );
      expect(ran.sent).toEqual([]);
    },
  );

  it('uploads a proposal', async () => {
    const answers = { 'Cloud.Put': () => ({ Key: 'proposed/web.json' }) };
    const ran = await run('cloud put proposed/web.json web.json', { files: { 'web.json': '{}' }, answers });
    expect(ran.exitCode).toBe(0);
  });

  it('prints an object of the config bucket as it is', async () => {
    const answers = {
      'Cloud.Get': () => ({ Key: 'results/a.json', Text: '{\n  "outcome": "refused"\n}\n' }),
    };
    const ran = await run('cloud get results/a.json', { answers });
    expect(ran.out).toBe('{\n  "outcome": "refused"\n}\n');
    expect(documentOf(await run('cloud get results/a.json --json', { answers }))).toEqual({
      key: 'results/a.json',
      text: '{\n  "outcome": "refused"\n}\n',
    });
  });

  it('adds a fault from words, numbers as numbers', async () => {
    const ran = await run('cloud fault no-capacity zone=local-1a times=3', {
      answers: { 'Cloud.Fault': () => ({ ID: 4 }) },
    });
    expect(ran.sent[0]?.params).toEqual({ Rule: { kind: 'no-capacity', zone: 'local-1a', times: 3 } });
    expect(ran.out).toBe('Added fault no-capacity zone=local-1a times=3\n');
  });

  it('lists faults as they can be typed again, and clears them', async () => {
    const Faults = [{ id: 2, rule: { kind: 'read-lag', ms: 500 }, usesLeft: 3 }];
    const listed = await run('cloud fault', { answers: { 'Cloud.Faults': () => ({ Faults }) } });
    expect(listed.out).toBe('2: read-lag ms=500 (3 left)\n');
    const cleared = await run('cloud fault --clear', { answers: { 'Cloud.ClearFaults': () => ({}) } });
    expect(cleared.out).toBe('Cleared every fault\n');
    expect((await run('cloud fault throttle --clear')).exitCode).toBe(2);
  });

  it.each([
    'cloud ls',
    'cloud terminate i-1',
    'cloud stop i-1',
    'cloud kill i-1',
    'cloud cut-off i-1',
    'cloud reconnect i-1',
    'cloud put k f',
    'cloud get k',
    'cloud fault throttle',
    'cloud fault',
  ])('never reaches a stack by `%s`', async (line) => {
    for (const ran of [
      await run(`${line} --stack prod`),
      await run(line, { env: { HOLDFAST_STACK: 'prod' } }),
    ]) {
      expect(ran.exitCode).toBe(2);
      expect(ran.err).toContain('cloud commands are for the local cloud, not for stack "prod"');
      expect(ran.choices).toEqual([]);
    }
  });
});
