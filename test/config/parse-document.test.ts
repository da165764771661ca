import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseDocument } from '../../lib/config/parse-document.js';
import { parseGroup } from '../../lib/config/parse-group.js';
import type { Json } from '../../lib/core/json.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { vanilla } from '../../lib/flavors/vanilla.js';
import type { Flavor } from '../../lib/ports/flavor.js';
import { goodProperties, issuesOf, parse } from './group-text.js';

const Properties = goodProperties();

const FORMS: readonly (readonly [string, Json])[] = [
  ['by id', { $schema: './holdfast.schema.json', groups: { web: { Properties } } }],
  ['plain', { $schema: './holdfast.schema.json', ID: 'web', Properties }],
  ['list', [{ Plugin: 'group', Properties: { ID: 'web', Properties } }]],
  ['v1', { kind: 'group', version: 'Group/0.1', metadata: { name: 'web' }, properties: Properties }],
];

const groupsOf = (text: string) => {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.groups.map(({ id, properties, spec }) => ({ id, properties, spec }));
};

describe('parseDocument', () => {
  it.each(FORMS)('reads the form %s to the same group, as JSON and as YAML', (_, document) => {
    const expected = groupsOf(JSON.stringify(FORMS[1]?.[1]));
    expect(groupsOf(JSON.stringify(document))).toEqual(expected);
    expect(groupsOf(JSON.stringify(document, undefined, '\t'))).toEqual(expected);
    expect(groupsOf(stringify(document))).toEqual(expected);
    expect(expected).toHaveLength(1);
    expect(expected[0]?.properties).toEqual(Properties);
  });

  it('reads several documents of YAML and skips empty ones', () => {
    const one = stringify(FORMS[3]?.[1]);
    const two = one.replace('name: web', 'name: worker');
    expect(groupsOf(`---\n${one}---\n---\n${two}---\n`).map(({ id }) => id)).toEqual(['web', 'worker']);
  });

  it('fills in what was not said and keeps the properties as written', () => {
    const [group] = groupsOf(JSON.stringify(FORMS[1]?.[1]));
    expect(group?.spec).toEqual({
      id: 'web',
      allocation: { kind: 'size', size: 3 },
      instance: { plugin: 'aws/ec2-instance', properties: { RunInstancesInput: { ImageId: 'ami-0abc' } } },
      flavor: { plugin: 'vanilla', properties: { Init: ['echo hello'] } },
      updating: {
        maxUnavailable: { kind: 'count', count: 1 },
        maxSurge: { kind: 'count', count: 0 },
        skipDrain: false,
        drainTimeoutSeconds: 300,
        healthTimeoutSeconds: 900,
        checkpoints: [],
        bakeSeconds: 0,
        maxFailures: 0,
        onFailure: 'pause',
        alarms: [],
        maintenanceWindows: [],
        allowQuorumLoss: false,
        strategy: 'rolling',
      },
      repair: {
        enabled: true,
        graceSeconds: 600,
        maxUnhealthy: { kind: 'percent', percent: 20 },
        launchFirst: false,
      },
      protect: false,
      alarm: false,
      allow: [],
      configHash: group?.spec.configHash,
    });
  });

  it('hashes Instance and Flavor as InfraKit does, whatever the form and the rest', () => {
    const group = {
      Instance: {
        Plugin: 'aws/ec2-instance',
        Properties: {
          RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small' },
          Tags: { Name: 'web' },
        },
      },
      Flavor: { Plugin: 'vanilla', Properties: { Init: ['apt-get update -y', 'apt-get install -y nginx'] } },
    };
    const hashOf = (document: Json) => groupsOf(stringify(document))[0]?.spec.configHash;
    const golden = '245r5j5dcg4u2jeebioyq44l7noocwkj';
    expect(hashOf({ ID: 'a', Properties: { ...group, Allocation: { Size: 9 } } })).toBe(golden);
    expect(
      hashOf({
        kind: 'group',
        metadata: { name: 'b' },
        properties: { Updating: { Count: 3 }, ...group, Allocation: { LogicalIDs: ['a'] } },
      }),
    ).toBe(golden);
  });

  it('parses the whole of Updating and Repair', () => {
    const [group] = groupsOf(
      JSON.stringify({
        ID: 'web',
        Properties: {
          ...Properties,
          Updating: {
            MaxUnavailable: '25%',
            MaxSurge: 2,
            Duration: '1h30m',
            SkipBeforeInstanceDestroy: 'drain',
            DrainTimeout: '90s',
            HealthTimeout: '20m',
            Canary: { Size: '10%', Bake: '5m' },
            Checkpoints: [
              { At: '33.3%', Wait: '10m' },
              { At: '50%', Wait: 'approval' },
            ],
            Bake: '15m',
            MaxFailures: 2,
            OnFailure: 'rollback',
            Alarms: ['web-5xx'],
            Deadline: '6h',
            MaintenanceWindows: [{ Cron: '30 2 1-7 JAN,jul */2', Duration: '2h', TimeZone: 'Europe/Berlin' }],
            AllowQuorumLoss: true,
            Strategy: 'opportunistic',
          },
          Repair: { Enabled: false, Grace: '3m', MaxUnhealthy: 4, LaunchFirst: true },
          Protect: true,
          Alarm: true,
          Allow: ['shrink'],
        },
      }),
    );
    expect(group?.spec.updating).toEqual({
      maxUnavailable: { kind: 'percent', percent: 25 },
      maxSurge: { kind: 'count', count: 2 },
      durationSeconds: 5400,
      skipDrain: true,
      drainTimeoutSeconds: 90,
      healthTimeoutSeconds: 1200,
      canary: { size: { kind: 'percent', percent: 10 }, bakeSeconds: 300 },
      checkpoints: [
        { atPercent: 33.3, wait: { kind: 'seconds', seconds: 600 } },
        { atPercent: 50, wait: { kind: 'approval' } },
      ],
      bakeSeconds: 900,
      maxFailures: 2,
      onFailure: 'rollback',
      alarms: ['web-5xx'],
      deadlineSeconds: 21_600,
      maintenanceWindows: [
        { cron: '30 2 1-7 JAN,jul */2', durationSeconds: 7200, timeZone: 'Europe/Berlin' },
      ],
      allowQuorumLoss: true,
      strategy: 'opportunistic',
    });
    expect(group?.spec.repair).toEqual({
      enabled: false,
      graceSeconds: 180,
      maxUnhealthy: { kind: 'count', count: 4 },
      launchFirst: true,
    });
    expect([group?.spec.protect, group?.spec.alarm, group?.spec.allow]).toEqual([true, true, ['shrink']]);
  });

  it('understands InfraKit’s other names of plugins and hashes what was written', () => {
    const named = (instance: string, flavor: string) =>
      groupsOf(
        JSON.stringify({
          ID: 'web',
          Properties: {
            ...Properties,
            Instance: { Plugin: instance, Properties: { RunInstancesInput: { ImageId: 'ami-0abc' } } },
            Flavor: { Plugin: flavor, Properties: { Init: ['echo hello'] } },
          },
        }),
      )[0]?.spec;
    const ours = named('aws/ec2-instance', 'vanilla');
    const theirs = named('instance-aws', 'flavor-vanilla');
    expect([theirs?.instance.plugin, theirs?.flavor.plugin]).toEqual(['aws/ec2-instance', 'vanilla']);
    expect(theirs?.configHash).not.toBe(ours?.configHash);
  });

  it('does not blame a flavor that wants LogicalIDs for an Allocation that is wrong', () => {
    const picky: Flavor = {
      ...vanilla,
      name: 'picky',
      validate: (properties, allocation) => [
        ...(allocation.kind === 'size' ? [{ path: '', message: 'LogicalIDs are required' }] : []),
        ...(JSON.stringify(properties) === '{}' ? [] : [{ path: 'x', message: 'must not be there' }]),
      ],
    };
    const said = (allocation: Json) => {
      const properties = {
        ...Properties,
        Allocation: allocation,
        Flavor: { Plugin: 'picky', Properties: { x: 1 } },
      };
      const parsed = parseGroup('g', properties, flavorRegistry([picky]));
      return parsed.ok ? [] : parsed.issues.map(({ message }) => message);
    };
    expect(said({ Size: 1 })).toEqual(['LogicalIDs are required', 'must not be there']);
    expect(said({})).toEqual(['Allocation must not be blank', 'must not be there']);
    expect(said('three')).toEqual(['must be an object, not "three"', 'must not be there']);
  });

  it('says where things stand, for messages that come later', () => {
    const parsed = parse(
      'groups:\n  web:\n    Properties:\n      Allocation: {Size: 1}\n      Instance:\n        Plugin: aws/ec2-instance\n        Properties: {RunInstancesInput: {ImageId: ami-1}}\n      Flavor: {Plugin: vanilla}\n',
    );
    const [group] = parsed.ok ? parsed.groups : [];
    expect(group?.at('Instance.Properties.RunInstancesInput.ImageId')).toEqual({ line: 7, column: 51 });
    expect(group?.at('Instance.Properties.Tags')).toEqual({ line: 7, column: 9 });
    expect(group?.at('')).toEqual({ line: 4, column: 7 });
  });

  it('refuses a group that is declared twice, in one document or in two', () => {
    const text = stringify(FORMS[3]?.[1]);
    expect(issuesOf(`${text}---\n${text}`)).toEqual([
      'f:22:3 metadata.name: duplicate group "web"; the first is on line 4',
    ]);
  });

  it('reads the oldest form: addresses in the flavor and no Allocation', () => {
    const zookeeper: Flavor = {
      ...vanilla,
      name: 'flavor-zookeeper',
      validate: (properties) =>
        JSON.stringify(properties) === '{"Type":"member"}'
          ? []
          : [{ path: 'Type', message: 'Unrecognized node Type' }],
      prepare: () => ({ init: '', tags: {} }),
    };
    const flavors = flavorRegistry([vanilla, zookeeper]);
    const text = (type: string, ips: string) => `{ "groups": { "my_zookeeper_nodes": { "Properties": {
      "Instance": { "Plugin": "aws/ec2-instance", "Properties": { "RunInstancesInput": { "ImageId": "ami-0abc", "SubnetId": "subnet-1" } } },
      "Flavor": { "Plugin": "flavor-zookeeper", "Properties": { "type": "${type}", "IPs": ${ips} } } } } } }`;
    const parsed = parseDocument(text('member', '["192.168.1.200", "192.168.1.201", "192.168.1.202"]'), {
      file: 'f',
      flavors,
    });
    const [group] = parsed.ok ? parsed.groups : [];
    expect(group?.spec.allocation).toEqual({
      kind: 'logicalIds',
      logicalIds: ['192.168.1.200', '192.168.1.201', '192.168.1.202'],
    });
    const modern = parseGroup(
      'my_zookeeper_nodes',
      {
        Allocation: { LogicalIDs: ['192.168.1.200', '192.168.1.201', '192.168.1.202'] },
        Instance: {
          Plugin: 'aws/ec2-instance',
          Properties: { RunInstancesInput: { ImageId: 'ami-0abc', SubnetId: 'subnet-1' } },
        },
        Flavor: { Plugin: 'flavor-zookeeper', Properties: { Type: 'member' } },
      },
      flavors,
    );
    expect(modern.ok && modern.spec).toEqual(group?.spec);

    const wrong = parseDocument(text('observer', '["192.168.1.200", "192.168.1.200"]'), {
      file: 'f',
      flavors,
    });
    expect(wrong.ok ? [] : wrong.issues.map(({ path, message, at }) => [path, message, at?.line])).toEqual([
      [
        'groups.my_zookeeper_nodes.Properties.Flavor.Properties.IPs[1]',
        'LogicalID "192.168.1.200" specified more than once',
        3,
      ],
      ['groups.my_zookeeper_nodes.Properties.Flavor.Properties.type', 'Unrecognized node Type', 3],
    ]);
  });
});

describe('parseGroup', () => {
  it('gives the same spec as the document, and issues without a place', () => {
    const parsed = parseGroup('web', Properties, flavorRegistry());
    expect(parsed.ok && parsed.spec).toEqual(groupsOf(JSON.stringify(FORMS[0]?.[1]))[0]?.spec);
    expect(parseGroup('', { ...Properties, Allocation: {} }, flavorRegistry())).toEqual({
      ok: false,
      issues: [
        { path: 'ID', message: 'Group ID must not be blank' },
        { path: 'Allocation', message: 'Allocation must not be blank' },
      ],
    });
  });

  it.each([
    [undefined, 'Invalid properties: must be an object, not missing'],
    [{ a: Number.NaN }, 'must be a number that JSON knows, not NaN'],
    [{ a: () => 1 }, 'must be JSON, not a function'],
    [JSON.parse('{"Flavor":{"__proto__":{}}}'), 'the key "__proto__" is not allowed'],
  ])('refuses %j that is no JSON of a group', (value, message) => {
    const parsed = parseGroup('web', value, flavorRegistry());
    expect(parsed.ok ? [] : parsed.issues.map((issue) => issue.message)).toEqual([message]);
  });
});
