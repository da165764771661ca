import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Wildcard } from './acknowledge.js';
import type { DocumentKind } from './documents.js';
import type { Foundation } from './foundation.js';
import { INSTANCES, ours } from './instance-statements.js';
import { parameterArn } from './node-role.js';

/** What the nodes of our clusters tell each other: names for the control plane, never the values of secrets. */
const clusterParameters = (stackTag: string): string => parameterArn(`/holdfast/${stackTag}/*`);

/** Commands on members by our own documents, how they are answered, and which nodes can speak for a cluster. */
export const commandNodes = (
  { stackTag, documents }: Pick<Foundation, 'stackTag' | 'documents'>,
  kind: DocumentKind,
  ...answers: readonly ('GetCommandInvocation' | 'ListCommandInvocations')[]
): PolicyStatement[] => {
  const { names } = documents.of(kind);
  if (names.length === 0) return [];
  return [
    new PolicyStatement({
      sid: 'CommandDocuments',
      actions: ['ssm:SendCommand'],
      resources: names.map((it) => `arn:${Aws.PARTITION}:ssm:${Aws.REGION}:${Aws.ACCOUNT_ID}:document/${it}`),
    }),
    new PolicyStatement({
      sid: 'CommandMembers',
      actions: ['ssm:SendCommand'],
      resources: [INSTANCES],
      conditions: ours(stackTag, 'ssm:resourceTag'),
    }),
    new PolicyStatement({
      sid: 'CommandAnswers',
      actions: ['DescribeInstanceInformation', ...answers].map((it) => `ssm:${it}`),
      resources: ['*'],
    }),
    // No right to a key, so that secrets come as they are stored: encrypted.
    new PolicyStatement({
      sid: 'ClusterParameters',
      actions: ['ssm:GetParametersByPath'],
      resources: [clusterParameters(stackTag)],
    }),
  ];
};

/** The parameters of a cluster go with its last founding group, and those of a member with the member. */
export const removeClusterParameters = ({ stackTag }: Pick<Foundation, 'stackTag'>) =>
  new PolicyStatement({
    sid: 'EndClusters',
    actions: ['ssm:DeleteParameters'],
    resources: [clusterParameters(stackTag)],
  });

export const commandWildcards = (stackTag: string): readonly Wildcard[] => [
  {
    resources: [INSTANCES],
    reason: 'ids are not known beforehand; the statement asks for the tags of this control plane',
  },
  { resources: ['*'], reason: "the answers of Systems Manager's commands know no resources" },
  {
    resources: [clusterParameters(stackTag)],
    reason: 'users choose the names of their clusters; the path is of this control plane',
  },
];
