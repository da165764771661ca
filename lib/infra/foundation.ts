import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { ConfigBucket } from './config-bucket.js';
import type { Documents } from './documents.js';
import type { GroupTable } from './group-table.js';
import type { NodeRole } from './node-role.js';

/** What every function of a control plane stands on. */
export interface Foundation {
  /** Value of the tag `holdfast.stack`. */
  readonly stackTag: string;
  readonly table: GroupTable;
  readonly config: ConfigBucket;
  readonly wakes: IQueue;
  readonly topic: ITopic;
  readonly nodeRole: NodeRole;
  readonly documents: Documents;
  readonly probeIntervalSeconds: number;
  readonly logRetention: RetentionDays;
  readonly encryptionKey?: IKey;
  readonly vpc?: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly bundles?: string;
}
