import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { GROUPS_PREFIX } from '../core/deployment.js';
import type { ControlPlane } from './control-plane.js';

export interface GroupProps {
  readonly controlPlane: ControlPlane;
  /** The group's id; 1 to 128 of letters, digits, `.`, `_` and `-`. @default the construct's id */
  readonly groupId?: string;
  /** `Allocation`, `Instance`, `Flavor`, … as in a config document. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * A group declared in a CDK app: its document is put into the config bucket, which commits it. CloudFormation knows no
 * object of a bucket, so a custom resource puts it. Removed from the app, nothing happens: the file stays, and so does
 * the group; `holdfast group destroy` ends it. A document that the control plane refuses does not fail the deployment:
 * `results/` and the alarm tell.
 */
export class Group extends Construct {
  readonly groupId: string;
  /** The document's key in the config bucket. */
  readonly key: string;

  constructor(scope: Construct, id: string, props: GroupProps) {
    super(scope, id);
    this.groupId = props.groupId ?? id;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(this.groupId)) {
      throw new Error(
        `"${this.groupId}" cannot be a group's id: use 1 to 128 letters, digits, ".", "_" and "-", a letter or digit first`,
      );
    }
    this.key = `${GROUPS_PREFIX}${this.groupId}.json`;
    const bucket = props.controlPlane.configBucket;
    const put = {
      service: 'S3',
      action: 'putObject',
      parameters: {
        Bucket: bucket.bucketName,
        Key: this.key,
        ContentType: 'application/json',
        Body: Stack.of(this).toJsonString({ groups: { [this.groupId]: { Properties: props.properties } } }),
      },
      physicalResourceId: PhysicalResourceId.of(this.key),
      outputPaths: ['VersionId'],
    };
    const resource = new AwsCustomResource(this, 'Document', {
      onCreate: put,
      onUpdate: put,
      installLatestAwsSdk: false,
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects(this.key)] }),
      ]),
    });
    bucket.encryptionKey?.grantEncryptDecrypt(resource);
    // The rule and the function must be there to hear of the upload.
    resource.node.addDependency(props.controlPlane);
  }
}
