import { CfnOutput } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { API_ALIASES, type GroupApi } from './group-api.js';

/** What `holdfast --stack NAME` reads, after a prefix that is empty in the stack of ours. */
export const OUTPUTS = {
  function: 'GroupApiFunction',
  read: 'GroupApiReadAlias',
  commit: 'GroupApiCommitAlias',
  destroy: 'GroupApiDestroyAlias',
  bucket: 'ConfigBucket',
  name: 'StackTag',
} as const;

export function controlPlaneOutputs(
  scope: Construct,
  prefix: string,
  api: GroupApi,
  bucket: IBucket,
  stackTag: string,
): void {
  const output = (name: string, value: string, description: string) => {
    const made = new CfnOutput(scope, `Output${name}`, { value, description });
    made.overrideLogicalId(`${prefix.replace(/[^A-Za-z0-9]/g, '')}${name}`);
  };
  output(OUTPUTS.function, api.function.functionName, 'Holdfast: the group API');
  for (const alias of API_ALIASES) {
    output(OUTPUTS[alias], api.aliases[alias].functionArn, `Holdfast: the group API, to ${alias}`);
  }
  output(OUTPUTS.bucket, bucket.bucketName, 'Holdfast: upload config to groups/ or proposed/');
  output(OUTPUTS.name, stackTag, 'Holdfast: value of the tag holdfast.stack');
}
