import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CONFIG_HASH_TAG, GROUP_TAG, STACK_TAG } from '../core/tags.js';
import type { Wildcard } from './acknowledge.js';

const ec2Arn = (resource: string, account: string = Aws.ACCOUNT_ID): string =>
  `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:${account}:${resource}/*`;

/**
 * What an instance is launched from. Carries none of our tags, so no condition on tags can hold for it. RunInstances is
 * asked for each kind that a spec or its launch template names (Service Authorization Reference, Amazon EC2).
 */
const INGREDIENTS = [
  // Images and snapshots belong to no account in their ARNs.
  ec2Arn('image', ''),
  ec2Arn('snapshot', ''),
  // These may be shared by another account.
  ec2Arn('subnet', '*'),
  ec2Arn('security-group', '*'),
  ec2Arn('placement-group', '*'),
  ec2Arn('dedicated-host', '*'),
  ec2Arn('capacity-reservation', '*'),
  `arn:${Aws.PARTITION}:license-manager:${Aws.REGION}:*:license-configuration:*`,
  // Groups of capacity reservations, and of hosts.
  `arn:${Aws.PARTITION}:resource-groups:${Aws.REGION}:*:group/*`,
  ec2Arn('key-pair'),
  ec2Arn('launch-template'),
  // Made with a spot instance, and ends with it.
  ec2Arn('spot-instances-request'),
];

/** What a launch makes; every launch tags all three. */
const PRODUCTS = [ec2Arn('instance'), ec2Arn('volume'), ec2Arn('network-interface')];

export const INSTANCES = ec2Arn('instance');

/** Ids are unknown before a launch, and a spec may name any image, subnet or key; conditions on tags bound the rest. */
export const INSTANCE_WILDCARDS: readonly Wildcard[] = [
  {
    resources: INGREDIENTS,
    reason:
      'a spec names its image, subnet, security group, key, template, placement, reservation and licences',
  },
  {
    resources: PRODUCTS,
    reason: 'ids are not known beforehand; each statement asks for the tags of this control plane',
  },
];

/** An instance is ours when it carries both tags: our control plane's name and that of a group. */
export const ours = (stackTag: string, key: string) => ({
  StringEquals: { [`${key}/${STACK_TAG}`]: stackTag },
  Null: { [`${key}/${GROUP_TAG}`]: 'false' },
});

/** Launch nothing without an owner, tag nothing but what is launched or adopted, end nothing but our own. */
export const instanceStatements = (stackTag: string): PolicyStatement[] => [
  new PolicyStatement({ sid: 'LaunchFrom', actions: ['ec2:RunInstances'], resources: INGREDIENTS }),
  new PolicyStatement({
    sid: 'LaunchTagged',
    actions: ['ec2:RunInstances'],
    resources: PRODUCTS,
    conditions: ours(stackTag, 'aws:RequestTag'),
  }),
  // Without the condition it could tag, and then end, any machine of the account.
  new PolicyStatement({
    sid: 'TagAtLaunch',
    actions: ['ec2:CreateTags'],
    resources: PRODUCTS,
    conditions: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
  }),
  new PolicyStatement({
    sid: 'Adopt',
    actions: ['ec2:CreateTags'],
    resources: [INSTANCES],
    conditions: {
      StringEquals: { [`aws:RequestTag/${STACK_TAG}`]: stackTag },
      Null: { [`aws:ResourceTag/${GROUP_TAG}`]: 'false', [`aws:ResourceTag/${STACK_TAG}`]: 'true' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [STACK_TAG, CONFIG_HASH_TAG] },
    },
  }),
  new PolicyStatement({
    sid: 'Terminate',
    actions: ['ec2:TerminateInstances'],
    resources: [INSTANCES],
    conditions: ours(stackTag, 'aws:ResourceTag'),
  }),
];

/** Volumes under customer keys: EC2 takes a grant on the key in the caller's name. */
export const volumeKeyStatements = (keyArns: readonly string[]): PolicyStatement[] =>
  keyArns.length === 0
    ? []
    : [
        new PolicyStatement({
          sid: 'VolumeKeyGrants',
          actions: ['kms:CreateGrant'],
          resources: [...keyArns],
          conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        }),
        new PolicyStatement({
          sid: 'VolumeKeys',
          actions: [
            'kms:Decrypt',
            'kms:DescribeKey',
            'kms:GenerateDataKeyWithoutPlaintext',
            'kms:ReEncryptFrom',
            'kms:ReEncryptTo',
          ],
          resources: [...keyArns],
          conditions: { StringEquals: { 'kms:ViaService': `ec2.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
        }),
      ];
