import { describe, expect, test } from 'vitest';
import { renderLaunch } from '../../lib/aws/render-launch.js';
import { groupId, logicalId } from '../../lib/core/ids.js';
import type { JsonObject } from '../../lib/core/json.js';
import type { LaunchDescription } from '../../lib/ports/instance-provider.js';

const DEFAULTS = {
  stack: 'prod/Holdfast',
  instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/node',
};

const rendered = (input: JsonObject, more: Partial<LaunchDescription> = {}, defaults = DEFAULTS) =>
  renderLaunch(
    {
      group: groupId('web'),
      properties: { RunInstancesInput: input },
      pins: { images: {}, subnets: [] },
      configHash: 'hash-1',
      tags: {},
      init: '',
      ...more,
    },
    defaults,
  );

const OURS = [
  { Key: 'holdfast.stack', Value: 'prod/Holdfast' },
  { Key: 'infrakit.config.hash', Value: 'hash-1' },
  { Key: 'infrakit.group', Value: 'web' },
];

describe('renderLaunch', () => {
  test("it adds our tags, IMDSv2 and the stack's profile to what the user wrote", () => {
    expect(rendered({ ImageId: 'ami-0abc', KeyName: 'laptop' })).toEqual({
      ImageId: 'ami-0abc',
      KeyName: 'laptop',
      IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/node' },
      MetadataOptions: { HttpTokens: 'required' },
      TagSpecifications: [
        { ResourceType: 'instance', Tags: OURS },
        { ResourceType: 'network-interface', Tags: OURS },
        { ResourceType: 'volume', Tags: OURS },
      ],
    });
  });

  test('it is the same text whatever the order of keys', () => {
    const one = rendered({ ImageId: 'ami-0abc', KeyName: 'k', Placement: { Tenancy: 't', GroupName: 'g' } });
    const other = rendered({
      Placement: { GroupName: 'g', Tenancy: 't' },
      KeyName: 'k',
      ImageId: 'ami-0abc',
    });
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  test("it lets the flavor's tags win over the user's and ours over both", () => {
    const request = rendered(
      {},
      {
        properties: {
          RunInstancesInput: {
            TagSpecifications: [
              {
                ResourceType: 'volume',
                Tags: [
                  { Key: 'tier', Value: 'disk' },
                  { Key: 'x', Value: 'y' },
                ],
              },
              { ResourceType: 'spot-instances-request', Tags: [{ Key: 's', Value: 't' }] },
            ],
          },
          Tags: { tier: 'user', Name: 'web', 'infrakit.group': 'stolen' },
        },
        tags: { tier: 'flavor', 'holdfast.stack': 'stolen' },
        slot: logicalId('zk-1'),
      },
    );
    const common = [
      { Key: 'Name', Value: 'web' },
      { Key: 'holdfast.stack', Value: 'prod/Holdfast' },
      { Key: 'infrakit.config.hash', Value: 'hash-1' },
      { Key: 'infrakit.group', Value: 'web' },
      { Key: 'infrakit.logical_id', Value: 'zk-1' },
      { Key: 'tier', Value: 'flavor' },
    ];
    expect(request.TagSpecifications).toEqual([
      { ResourceType: 'instance', Tags: common },
      { ResourceType: 'network-interface', Tags: common },
      { ResourceType: 'spot-instances-request', Tags: [{ Key: 's', Value: 't' }] },
      { ResourceType: 'volume', Tags: [...common, { Key: 'x', Value: 'y' }] },
    ]);
  });

  test('it leaves IMDSv1 to a user who asks for it, and nothing to say when the endpoint is off', () => {
    expect(rendered({ MetadataOptions: { HttpTokens: 'optional' } }).MetadataOptions).toEqual({
      HttpTokens: 'optional',
    });
    expect(rendered({ MetadataOptions: { HttpPutResponseHopLimit: 2 } }).MetadataOptions).toEqual({
      HttpPutResponseHopLimit: 2,
      HttpTokens: 'required',
    });
    expect(rendered({ MetadataOptions: { HttpEndpoint: 'disabled' } }).MetadataOptions).toEqual({
      HttpEndpoint: 'disabled',
    });
  });

  test("it leaves the user's profile and that of a launch template alone", () => {
    const profile = { Name: 'mine' };
    expect(rendered({ IamInstanceProfile: profile }).IamInstanceProfile).toEqual(profile);
    const template = { LaunchTemplateName: 'web' };
    expect(rendered({ LaunchTemplate: template }).IamInstanceProfile).toBeUndefined();
    expect(rendered({}, {}, { stack: 's' } as typeof DEFAULTS).IamInstanceProfile).toBeUndefined();
  });

  test('it encodes the boot script, which replaces the UserData of the properties', () => {
    const decoded = (request: JsonObject) => Buffer.from(String(request.UserData), 'base64').toString('utf8');
    expect(decoded(rendered({ UserData: '#!/bin/sh\necho ü\n' }))).toBe('#!/bin/sh\necho ü\n');
    expect(decoded(rendered({ UserData: 'old' }, { init: 'new' }))).toBe('new');
    expect(rendered({})).not.toHaveProperty('UserData');
  });

  test('it makes a logical ID that is an address the private address', () => {
    const slot = logicalId('10.0.1.20');
    expect(rendered({}, { slot }).PrivateIpAddress).toBe('10.0.1.20');
    expect(rendered({}, { slot: logicalId('10.0.1.256') })).not.toHaveProperty('PrivateIpAddress');
    expect(rendered({}, { slot: logicalId('zk-1') })).not.toHaveProperty('PrivateIpAddress');
  });

  test('it puts the address on the first interface when interfaces are declared', () => {
    const NetworkInterfaces = [{ DeviceIndex: 0, Groups: ['sg-1'] }, { DeviceIndex: 1 }];
    const request = rendered({ NetworkInterfaces }, { slot: logicalId('10.0.1.20') });
    expect(request).not.toHaveProperty('PrivateIpAddress');
    expect(request.NetworkInterfaces).toEqual([
      { DeviceIndex: 0, Groups: ['sg-1'], PrivateIpAddress: '10.0.1.20' },
      { DeviceIndex: 1 },
    ]);
  });

  test('it launches what the commit pinned', () => {
    const alias = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
    const pins = { images: { [alias]: 'ami-0pinned' }, launchTemplateVersion: '7', subnets: [] };
    const input = { ImageId: alias, LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' } };
    expect(rendered(input, { pins })).toMatchObject({
      ImageId: 'ami-0pinned',
      LaunchTemplate: { LaunchTemplateName: 'web', Version: '7' },
    });
  });
});
