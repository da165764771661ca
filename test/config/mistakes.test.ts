import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../lib/core/json.js';
import { goodProperties, KNOWN_FLAVORS, mistakesIn } from './group-text.js';

const withInput = (input: JsonObject, more: JsonObject = {}): Json => ({
  ...goodProperties(),
  Instance: {
    Plugin: 'aws/ec2-instance',
    Properties: { RunInstancesInput: { ImageId: 'ami-0abc', ...input }, ...more },
  },
});
const withFlavor = (properties: Json): Json => ({
  ...goodProperties(),
  Flavor: { Plugin: 'vanilla', Properties: properties },
});
const withUpdating = (updating: Json): Json => ({ ...goodProperties(), Updating: updating });
const withAllocation = (allocation: Json): Json => ({ ...goodProperties(), Allocation: allocation });
const IN = 'Instance.Properties.RunInstancesInput';

/** What is wrong, and what exactly is said about it. */
const TABLE: readonly (readonly [string, Json, string])[] = [
  ['no Allocation', { ...goodProperties(), Allocation: null }, 'Allocation: Allocation must not be blank'],
  ['an empty Allocation', withAllocation({}), 'Allocation: Allocation must not be blank'],
  ['no pets', withAllocation({ LogicalIDs: [] }), 'Allocation: Allocation must not be blank'],
  [
    'a size beside pets',
    withAllocation({ Size: 2, LogicalIDs: ['a'] }),
    'Allocation: Only one Allocation method may be used',
  ],
  [
    'a negative size',
    withAllocation({ Size: -1 }),
    'Allocation.Size: must be a whole number from 0 to 10000, not -1',
  ],
  [
    'half an instance',
    withAllocation({ Size: 1.5 }),
    'Allocation.Size: must be a whole number from 0 to 10000, not 1.5',
  ],
  [
    'a size that is text',
    withAllocation({ Size: '3' }),
    'Allocation.Size: must be a whole number from 0 to 10000, not "3"',
  ],
  [
    'a size of a million',
    withAllocation({ Size: 1e6 }),
    'Allocation.Size: must be a whole number from 0 to 10000, not 1000000',
  ],
  [
    'a key in lower case',
    withAllocation({ size: 3 }),
    'Allocation.size: unknown key "size"; did you mean "Size"?',
  ],
  [
    'a pet twice',
    withAllocation({ LogicalIDs: ['a', 'a'] }),
    'Allocation.LogicalIDs[1]: LogicalID "a" specified more than once',
  ],
  [
    'an address out of range',
    withAllocation({ LogicalIDs: ['10.0.0.300'] }),
    'Allocation.LogicalIDs[0]: must be an IPv4 address, not "10.0.0.300"',
  ],
  [
    'addresses and names',
    withAllocation({ LogicalIDs: ['10.0.0.9', 'zk-1'] }),
    'Allocation.LogicalIDs[1]: must be an IPv4 address like the others, not "zk-1"; do not mix the two',
  ],
  [
    'a blank logical id',
    withAllocation({ LogicalIDs: [''] }),
    'Allocation.LogicalIDs[0]: must be 1 to 128 of letters, digits, ".", "_", ":" and "-", starting with a letter or digit, not ""',
  ],
  [
    'both of InfraKit’s waits',
    withUpdating({ Count: 2, Duration: '10s' }),
    'Updating: Only one Updating method may be used',
  ],
  [
    'a duration that is a number',
    withUpdating({ Duration: 30 }),
    'Updating.Duration: must be a duration such as "90s", "10m" or "1h30m"; write "30s", not 30',
  ],
  [
    'a duration of ISO 8601',
    withUpdating({ Bake: 'PT10M' }),
    'Updating.Bake: must be a duration such as "90s", "10m" or "1h30m", not "PT10M"',
  ],
  [
    'a fraction of a second',
    withUpdating({ Bake: '1500ms' }),
    'Updating.Bake: must be a duration of whole seconds, not "1500ms"',
  ],
  [
    'more than everything',
    withUpdating({ MaxUnavailable: '120%' }),
    'Updating.MaxUnavailable: must be a count such as 2 or a share such as "20%", not "120%"',
  ],
  [
    'no budget at all',
    withUpdating({ MaxUnavailable: '0%' }),
    'Updating.MaxUnavailable: must not be 0 while MaxSurge is 0: nothing could ever be replaced',
  ],
  [
    'surge of pets',
    { ...(withUpdating({ MaxSurge: 1 }) as JsonObject), Allocation: { LogicalIDs: ['a'] } },
    'Updating.MaxSurge: must be 0 for a group with LogicalIDs: no identity can run twice',
  ],
  [
    'launching a pet first',
    { ...goodProperties(), Allocation: { LogicalIDs: ['a'] }, Repair: { LaunchFirst: true } },
    'Repair.LaunchFirst: must be false for a group with LogicalIDs: no identity can run twice',
  ],
  [
    'skipping something else',
    withUpdating({ SkipBeforeInstanceDestroy: 'health' }),
    'Updating.SkipBeforeInstanceDestroy: must be "drain", not "health"',
  ],
  [
    'an unknown outcome',
    withUpdating({ OnFailure: 'stop' }),
    'Updating.OnFailure: must be "pause", "rollback" or "continue", not "stop"',
  ],
  [
    'checkpoints that go back',
    withUpdating({
      Checkpoints: [
        { At: '50%', Wait: '1m' },
        { At: '50%', Wait: 'approval' },
      ],
    }),
    'Updating.Checkpoints[1].At: must be more than the "50%" before it, not "50%"',
  ],
  [
    'six fields of cron',
    withUpdating({ MaintenanceWindows: [{ Cron: '0 0 2 * * *', Duration: '1h' }] }),
    'Updating.MaintenanceWindows[0].Cron: must have five fields: minute, hour, day of month, month, day of week, such as "0 2 * * SUN", not "0 0 2 * * *"',
  ],
  [
    'hour 24',
    withUpdating({ MaintenanceWindows: [{ Cron: '0 24 * * *', Duration: '1h' }] }),
    'Updating.MaintenanceWindows[0].Cron: has a hour outside 0 to 23, or in a form other than "*", "1", "1-5", "*/5" or "1,3"',
  ],
  [
    'a city that is no zone',
    withUpdating({ MaintenanceWindows: [{ Cron: '0 2 * * *', Duration: '1h', TimeZone: 'Europe/Bonn' }] }),
    'Updating.MaintenanceWindows[0].TimeZone: must be an IANA time zone such as "Europe/Berlin", not "Europe/Bonn"',
  ],
  [
    'Allow of something else',
    { ...goodProperties(), Allow: ['destroy'] },
    'Allow[0]: must be "shrink", not "destroy"',
  ],
  ['Protect as text', { ...goodProperties(), Protect: 'yes' }, 'Protect: must be true or false, not "yes"'],
  [
    'a misspelled key at the top',
    { ...goodProperties(), Updatign: {} },
    'Updatign: unknown key "Updatign"; did you mean "Updating"?',
  ],
  [
    'a flavor that is not here',
    { ...goodProperties(), Flavor: { Plugin: 'swram' } },
    `Flavor.Plugin: Failed to find Flavor plugin 'swram':no flavor plugin "swram"; ${KNOWN_FLAVORS}`,
  ],
  [
    'a misspelled flavor',
    { ...goodProperties(), Flavor: { Plugin: 'vanila' } },
    `Flavor.Plugin: Failed to find Flavor plugin 'vanila':no flavor plugin "vanila"; did you mean "vanilla"? ${KNOWN_FLAVORS}`,
  ],
  [
    'no flavor',
    { Allocation: { Size: 1 }, Instance: goodProperties().Instance },
    `Flavor.Plugin: Failed to find Flavor plugin '':no plugin is named; ${KNOWN_FLAVORS}`,
  ],
  [
    'an instance plugin that is not here',
    { ...goodProperties(), Instance: { Plugin: 'instance-vagrant', Properties: { Box: 'bento' } } },
    'Instance.Plugin: Failed to find Instance plugin \'instance-vagrant\':no instance plugin "instance-vagrant"; known: aws/ec2-instance',
  ],
  [
    'an instance that is a list',
    { ...goodProperties(), Instance: [] },
    'Instance: must be an object, not an empty list',
  ],
  [
    'no instance properties',
    { ...goodProperties(), Instance: { Plugin: 'aws/ec2-instance' } },
    'Instance.Properties: Properties must be set',
  ],
  [
    'no image',
    withInput({ ImageId: undefined }),
    `${IN}.ImageId: is missing; give an image id such as "ami-0abc", or a LaunchTemplate`,
  ],
  [
    'an image by name',
    withInput({ ImageId: 'debian' }),
    `${IN}.ImageId: must be an image id such as "ami-0abc", or an alias such as "resolve:ssm:/my/image", not "debian"`,
  ],
  ['InfraKit’s count', withInput({ MinCount: 1 }), `${IN}.MinCount: cannot be set: Allocation says how many`],
  [
    'a token',
    withInput({ ClientToken: 'x' }),
    `${IN}.ClientToken: cannot be set: each launch has a token of its own, so that none happens twice`,
  ],
  [
    'an address for all',
    withInput({ PrivateIpAddress: '10.0.0.9' }),
    `${IN}.PrivateIpAddress: cannot be set: list the addresses as LogicalIDs`,
  ],
  [
    'tags of EC2’s own',
    withInput({ TagSpecifications: [] }),
    `${IN}.TagSpecifications: cannot be set: use Tags beside RunInstancesInput`,
  ],
  [
    'a misspelled field',
    withInput({ SecurityGroupIDs: [] }),
    `${IN}.SecurityGroupIDs: unknown key "SecurityGroupIDs"; did you mean "SecurityGroupIds"?`,
  ],
  [
    'a misspelled field far down',
    withInput({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumSize: 8 } }] }),
    `${IN}.BlockDeviceMappings[0].Ebs.VolumSize: unknown key "VolumSize"; did you mean "VolumeSize"?`,
  ],
  [
    'a subnet and subnets',
    withInput({ SubnetId: 'subnet-1' }, { Subnets: ['subnet-2'] }),
    `${IN}.SubnetId: cannot be set together with Subnets; keep one of them`,
  ],
  [
    'a type and types',
    withInput({ InstanceType: 't3.small' }, { InstanceTypes: ['t3.large'] }),
    `${IN}.InstanceType: cannot be set together with InstanceTypes; keep one of them`,
  ],
  [
    'a zone and a subnet',
    withInput({ SubnetId: 'subnet-1', Placement: { AvailabilityZone: 'eu-west-1a' } }),
    `${IN}.Placement.AvailabilityZone: cannot be set together with SubnetId, which has a zone; keep one of them`,
  ],
  [
    'a template by both names',
    withInput({ LaunchTemplate: { LaunchTemplateId: 'lt-1', LaunchTemplateName: 'web' } }),
    `${IN}.LaunchTemplate: must have one of LaunchTemplateId and LaunchTemplateName`,
  ],
  [
    'encoded user data',
    withInput({ UserData: Buffer.from('#!/bin/sh\necho hello').toString('base64') }),
    `${IN}.UserData: must be plain text: it is encoded for you`,
  ],
  [
    'volumes to attach',
    withInput({}, { AttachVolumeInputs: [] }),
    'Instance.Properties.AttachVolumeInputs: is not supported yet; use BlockDeviceMappings for volumes that live with the instance',
  ],
  [
    'our tag',
    withInput({}, { Tags: { 'infrakit.group': 'x' } }),
    'Instance.Properties.Tags["infrakit.group"]: tag "infrakit.group" is written by Holdfast; remove it',
  ],
  [
    'a tag of AWS',
    withInput({}, { Tags: { 'aws:x': 'x' } }),
    'Instance.Properties.Tags["aws:x"]: tag "aws:x" is reserved by AWS; remove it',
  ],
  [
    'a tag that is a number',
    withInput({}, { Tags: { n: 1 } }),
    'Instance.Properties.Tags.n: must be text, not 1',
  ],
  [
    'a script by URL',
    withFlavor({ InitScriptTemplateURL: 'file:///x' }),
    'Flavor.Properties.InitScriptTemplateURL: is not fetched: put the lines of the script in Init',
  ],
  ['Init that is text', withFlavor({ Init: 'echo' }), 'Flavor.Properties.Init: must be a list, not "echo"'],
  [
    'our tag in a flavor',
    withFlavor({ Tags: { 'holdfast.stack': 'x' } }),
    'Flavor.Properties.Tags["holdfast.stack"]: tag "holdfast.stack" is written by Holdfast; remove it',
  ],
  [
    'a boot script of 16,385 bytes',
    withFlavor({ Init: ['é'.repeat(8192), ''] }),
    'Flavor.Properties: user data must be at most 16384 bytes, not 16385; fetch the rest from elsewhere at boot',
  ],
  [
    'more tags than EC2 takes, ours included',
    withInput({}, { Tags: Object.fromEntries(Array.from({ length: 47 }, (_, index) => [`t${index}`, ''])) }),
    'Instance.Properties.Tags: must have at most 46 tags, not 47',
  ],
  [
    'more tags than EC2 takes, together with the flavor’s',
    {
      ...(withInput(
        {},
        {
          Tags: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`t${index}`, ''])),
        },
      ) as JsonObject),
      Flavor: {
        Plugin: 'vanilla',
        Properties: {
          Tags: Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`t${index + 39}`, ''])),
        },
      },
    },
    'Flavor.Properties.Tags: must add fewer tags: 47 with those of the instance, of at most 46',
  ],
  [
    'an interface with a subnet beside subnets',
    withInput({ NetworkInterfaces: [{ SubnetId: 'subnet-1' }] }, { Subnets: ['subnet-2'] }),
    `${IN}.NetworkInterfaces[0].SubnetId: cannot be set together with Subnets; keep one of them`,
  ],
  [
    'security groups beside interfaces',
    withInput({ NetworkInterfaces: [{}], SecurityGroupIds: ['sg-1'] }),
    `${IN}.SecurityGroupIds: cannot be set together with NetworkInterfaces; set it on the interface`,
  ],
];

describe('parseDocument', () => {
  it.each(TABLE)('says what is wrong with %s', (_, properties, message) => {
    expect(mistakesIn(properties)).toEqual([message]);
  });

  it.each([
    ['Size 0', withAllocation({ Size: 0 })],
    ['what InfraKit prints for cattle', withAllocation({ Size: 3, LogicalIDs: null })],
    ['what InfraKit prints for pets', withAllocation({ Size: 0, LogicalIDs: ['10.0.0.9'] })],
    [
      'an Updating as InfraKit prints it',
      withUpdating({ Count: 0, Duration: '0s', SkipBeforeInstanceDestroy: null }),
    ],
    ['exactly 16,384 bytes of boot script', withFlavor({ Init: ['é'.repeat(8192)] })],
    ['flavor properties that are missing', { ...goodProperties(), Flavor: { Plugin: 'flavor-vanilla' } }],
    [
      'an alias of an image',
      withInput({ ImageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023' }),
    ],
    [
      'a launch template alone',
      withInput({ ImageId: undefined, LaunchTemplate: { LaunchTemplateName: 'web' } }),
    ],
    ['a budget of surge alone', withUpdating({ MaxUnavailable: 0, MaxSurge: '10%' })],
  ])('accepts %s', (_, properties) => {
    expect(mistakesIn(properties)).toEqual([]);
  });
});
