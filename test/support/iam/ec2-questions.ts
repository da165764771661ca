import type { Context } from './conditions.js';
import { field, list, text, textList } from './fields.js';
import type { Question } from './policy.js';
import { type Account, arn, type IamWorld } from './world.js';

type Tags = Readonly<Record<string, string>>;

const tagsIn = (owner: unknown): Tags =>
  Object.fromEntries(list(owner, 'Tags').map((it) => [text(it, 'Key') ?? '', text(it, 'Value') ?? '']));

const requestTags = (tags: Tags): Context => ({
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  'aws:TagKeys': Object.keys(tags),
});

const resourceTags = (tags: Tags, prefix = 'aws:ResourceTag'): Context =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));

/** Resource types by the prefix of their ids. */
const KINDS: Readonly<Record<string, string>> = {
  i: 'instance',
  vol: 'volume',
  eni: 'network-interface',
  subnet: 'subnet',
  sg: 'security-group',
  snap: 'snapshot',
  ami: 'image',
};

const kindOf = (id: string): string => {
  const kind = KINDS[id.split('-')[0] ?? ''];
  if (!kind) throw new Error(`"${id}" is of no kind that is authorised here: add it to KINDS`);
  return kind;
};

/** Images and snapshots have no account in their ARNs. */
const ec2Arn = (account: Account, kind: string, id: string): string =>
  arn(
    kind === 'image' || kind === 'snapshot' ? { ...account, account: '' } : account,
    'ec2',
    `${kind}/${id}`,
  );

/** What a launch is made from, each authorised by itself. Defaults of the VPC count as used when none is named. */
function ingredients(account: Account, input: unknown): Question[] {
  const interfaces = list(input, 'NetworkInterfaces');
  const subnets = [text(input, 'SubnetId'), ...interfaces.map((it) => text(it, 'SubnetId'))].filter(
    (it) => it !== undefined,
  );
  const groups = [
    ...textList(input, 'SecurityGroupIds'),
    ...textList(input, 'SecurityGroups'),
    ...interfaces.flatMap((it) => textList(it, 'Groups')),
  ];
  const template = field(input, 'LaunchTemplate');
  const placement = field(input, 'Placement');
  const image = text(input, 'ImageId');
  const used: (readonly [string, string | undefined])[] = [
    [
      'image',
      image?.startsWith('resolve:') ? 'ami-of-alias' : (image ?? (template ? 'ami-of-template' : undefined)),
    ],
    ...(subnets.length > 0 ? subnets : ['subnet-default']).map((it) => ['subnet', it] as const),
    ...(groups.length > 0 ? groups : ['sg-default']).map((it) => ['security-group', it] as const),
    ['key-pair', text(input, 'KeyName')],
    ['launch-template', text(template, 'LaunchTemplateId') ?? text(template, 'LaunchTemplateName')],
    ['placement-group', text(placement, 'GroupName') ?? text(placement, 'GroupId')],
    ['dedicated-host', text(placement, 'HostId')],
    ['capacity-reservation', text(reservationOf(input), 'CapacityReservationId')],
    ['spot-instances-request', spotRequest(input)],
    ...list(input, 'BlockDeviceMappings').map(
      (it) => ['snapshot', text(field(it, 'Ebs'), 'SnapshotId')] as const,
    ),
    ...interfaces.map((it) => ['network-interface', text(it, 'NetworkInterfaceId')] as const),
  ];
  return [
    ...used.flatMap(([kind, id]) => (id === undefined ? [] : [ec2Arn(account, kind, id)])),
    ...namedByArn(input),
  ].map((resource) => ({ action: 'ec2:RunInstances', resource, context: {} }));
}

/** Ingredients that a launch names by whole ARNs, which are of other services than EC2. */
function namedByArn(input: unknown): string[] {
  return [
    ...list(input, 'LicenseSpecifications').map((it) => text(it, 'LicenseConfigurationArn')),
    text(field(input, 'Placement'), 'HostResourceGroupArn'),
    text(reservationOf(input), 'CapacityReservationResourceGroupArn'),
  ].filter((it) => it !== undefined);
}

const reservationOf = (input: unknown): unknown =>
  field(field(input, 'CapacityReservationSpecification'), 'CapacityReservationTarget');

/** A spot request comes into being with its instances, so that it has no id yet. */
const spotRequest = (input: unknown): string | undefined =>
  text(field(input, 'InstanceMarketOptions'), 'MarketType') === 'spot' ? '*' : undefined;

/** What a launch makes. An instance has a root volume, and a network interface unless an existing one is attached. */
function products(account: Account, input: unknown): Question[] {
  const tagged = new Map(
    list(input, 'TagSpecifications').map((it) => [text(it, 'ResourceType') ?? '', tagsIn(it)]),
  );
  const attaches = list(input, 'NetworkInterfaces').some(
    (it) => text(it, 'NetworkInterfaceId') !== undefined,
  );
  const made = new Set(['instance', 'volume', ...(attaches ? [] : ['network-interface']), ...tagged.keys()]);
  return [...made].flatMap((kind): Question[] => {
    const tags = tagged.get(kind);
    const resource = ec2Arn(account, kind, '*');
    const context = requestTags(tags ?? {});
    return [
      { action: 'ec2:RunInstances', resource, context },
      ...(tags && Object.keys(tags).length > 0
        ? [
            {
              action: 'ec2:CreateTags',
              resource,
              context: { ...context, 'ec2:CreateAction': 'RunInstances' },
            },
          ]
        : []),
    ];
  });
}

function runInstances(account: Account, input: unknown, world: IamWorld): Question[] {
  const profile = field(input, 'IamInstanceProfile');
  const named = text(profile, 'Arn') ?? text(profile, 'Name');
  const image = text(input, 'ImageId');
  return [
    ...ingredients(account, input),
    ...products(account, input),
    ...(named === undefined
      ? []
      : [
          {
            action: 'iam:PassRole',
            resource:
              world.roleOfProfile?.(named) ?? `arn:aws:iam::${account.account}:role/of-unknown-profile`,
            context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
          },
        ]),
    ...(image?.startsWith('resolve:ssm:')
      ? [
          {
            action: 'ssm:GetParameters',
            resource: parameterArn(account, image.slice('resolve:ssm:'.length).split(':')[0] ?? ''),
            context: {},
          },
        ]
      : []),
  ];
}

/** AWS's public parameters belong to no account. */
export const parameterArn = (account: Account, name: string): string =>
  name.startsWith('arn:')
    ? name
    : arn(
        name.startsWith('/aws/service/') ? { ...account, account: '' } : account,
        'ssm',
        `parameter/${name.replace(/^\//, '')}`,
      );

/** EC2 answers "not found" for an id that it does not know before IAM is asked: assumed, and harmless for us. */
const onKnown = (
  ids: readonly string[],
  world: IamWorld,
  question: (id: string, tags: Tags) => Question,
): Question[] =>
  ids.flatMap((id) => {
    const tags = world.tagsOf(id);
    return tags ? [question(id, tags)] : [];
  });

/** What IAM is asked about a call of EC2. */
export function ec2Questions(
  account: Account,
  operation: string,
  input: unknown,
  world: IamWorld,
): Question[] {
  if (operation.startsWith('Describe')) return [{ action: `ec2:${operation}`, resource: '*', context: {} }];
  switch (operation) {
    case 'RunInstances':
      return runInstances(account, input, world);
    case 'TerminateInstances':
    case 'StopInstances':
    case 'StartInstances':
      return onKnown(textList(input, 'InstanceIds'), world, (id, tags) => ({
        action: `ec2:${operation}`,
        resource: ec2Arn(account, 'instance', id),
        context: resourceTags(tags),
      }));
    case 'CreateTags':
    case 'DeleteTags':
      return onKnown(textList(input, 'Resources'), world, (id, tags) => ({
        action: `ec2:${operation}`,
        resource: ec2Arn(account, kindOf(id), id),
        context: { ...resourceTags(tags), ...requestTags(tagsIn(input)) },
      }));
    default:
      throw new Error(`EC2 ${operation} is not authorised here: add it to ec2Questions`);
  }
}

/** The document and every instance are asked for; instances by the tags that SSM calls its own. */
export function sendCommandQuestions(account: Account, input: unknown, world: IamWorld): Question[] {
  if (list(input, 'Targets').length > 0)
    throw new Error('SendCommand by Targets is not authorised here: name InstanceIds');
  const document = text(input, 'DocumentName') ?? '';
  const owner = document.startsWith('AWS-') ? { ...account, account: '' } : account;
  return [
    { action: 'ssm:SendCommand', resource: arn(owner, 'ssm', `document/${document}`), context: {} },
    ...onKnown(textList(input, 'InstanceIds'), world, (id, tags) => ({
      action: 'ssm:SendCommand',
      resource: ec2Arn(account, 'instance', id),
      context: { ...resourceTags(tags), ...resourceTags(tags, 'ssm:resourceTag') },
    })),
  ];
}
