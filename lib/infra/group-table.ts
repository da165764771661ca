import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { TABLE_KEYS } from '../core/deployment.js';

export interface GroupTableProps {
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: IKey;
}

/** What the sweep and `group ls` read of every group; anything more would be written twice with every pass. */
const LISTED = [
  'schemaVersion',
  'id',
  'watch',
  'revision',
  'declared',
  'status',
  'lookAgainAt',
  'digest',
  'impaired',
  'foreign',
  'wake',
  'seen',
  'breaker',
  'freeze',
  'fleetFreeze',
  'lease',
  'openOrders',
] as const;

const text = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * Groups, ledger and events. Outlives the stack, can be restored to any second, and cannot be deleted unless
 * `removalPolicy` says that its content is worth nothing.
 */
export class GroupTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: GroupTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: text(TABLE_KEYS.partition),
      sortKey: text(TABLE_KEYS.sort),
      timeToLiveAttribute: TABLE_KEYS.ttl,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy: props.removalPolicy,
      ...(props.encryptionKey
        ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.encryptionKey }
        : { encryption: TableEncryption.DEFAULT }),
    });
    this.table.addGlobalSecondaryIndex({
      indexName: TABLE_KEYS.listIndex,
      partitionKey: text(TABLE_KEYS.listShard),
      sortKey: text(TABLE_KEYS.listId),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...LISTED],
    });
    this.table.addGlobalSecondaryIndex({
      indexName: TABLE_KEYS.instanceIndex,
      partitionKey: text(TABLE_KEYS.instanceId),
      projectionType: ProjectionType.ALL,
    });
  }

  indexArn(index: string): string {
    return `${this.table.tableArn}/index/${index}`;
  }
}
