import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IManagedPolicy, IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

export interface ControlPlaneProps {
  /**
   * Owner of the instances: the value of their tag `holdfast.stack`. Never change it on a living control plane: it
   * would no longer know its instances. Letters, digits, `.`, `_`, `/` and `-`.
   * @default the stack's name and the construct's path in it, such as `Shop/Blue`
   */
  readonly name?: string;
  /**
   * Network of the functions; they need a way to AWS's APIs: `docs/operations.md` lists them. The function that removes
   * alarms with the stack stays outside. @default none, AWS's own network
   */
  readonly vpc?: IVpc;
  /** @default subnets of the VPC with a way out */
  readonly vpcSubnets?: SubnetSelection;
  /** Set on every role. */
  readonly permissionsBoundary?: IManagedPolicy;
  /** Further roles of nodes that specs may name; the only ones beside our own that may be passed to EC2. */
  readonly nodeRoles?: readonly IRole[];
  /** Customer keys that volumes of instances are encrypted with, in specs or in images. */
  readonly volumeKeys?: readonly IKey[];
  /**
   * Customer key of table, bucket and topic; queues and logs keep keys of AWS's own. One that was imported must itself let `cloudwatch.amazonaws.com` and
   * `events.amazonaws.com` decrypt and generate data keys, or no alarm is delivered. @default keys of AWS's own
   */
  readonly encryptionKey?: IKey;
  /** Names of SSM parameters beside AWS's public ones that AMI aliases (`resolve:ssm:…`) may name. @default none */
  readonly imageParameters?: readonly string[];
  /** @default one month */
  readonly logRetention?: RetentionDays;
  /** Of table, bucket and node role, which outlive the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /** Where alarms and divergences go. @default a new topic */
  readonly topic?: ITopic;
  /** How often flavors are asked for health at rest. @default one minute */
  readonly probeInterval?: Duration;
  /** Whether to add a dashboard; the fourth of an account costs $3 a month. @default false */
  readonly dashboard?: boolean;
  /** Alarm when a group is not as declared for longer. @default 15 */
  readonly divergenceMinutes?: number;
  /** Put before the names of the stack's outputs. @default the construct's id */
  readonly outputPrefix?: string;
  /** Folder of the built lambdas and documents. @default those of the package */
  readonly bundles?: string;
}
