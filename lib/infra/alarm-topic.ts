import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.js';

/** EventBridge publishes without the account of its rule, so a condition on it would refuse every event. */
const PUBLISHERS = [
  { service: 'cloudwatch.amazonaws.com', namesAccount: true },
  { service: 'events.amazonaws.com', namesAccount: false },
];

/**
 * Where alarms and divergences go. Encrypted with a customer key or not at all: with AWS's own key for SNS, CloudWatch
 * may not use it and alarms are lost without a word.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, encryptionKey?: IKey) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      enforceSSL: true,
      ...(encryptionKey ? { masterKey: encryptionKey } : {}),
    });
    for (const { service, namesAccount } of PUBLISHERS) {
      const principal = new ServicePrincipal(service);
      const conditions = namesAccount ? { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } : {};
      this.topic.addToResourcePolicy(
        new PolicyStatement({
          actions: ['sns:Publish'],
          principals: [principal],
          resources: [this.topic.topicArn],
          conditions,
        }),
      );
      encryptionKey?.addToResourcePolicy(
        new PolicyStatement({
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          principals: [principal],
          resources: ['*'],
          conditions,
        }),
      );
    }
    if (!encryptionKey) {
      acknowledge(this.topic, {
        'AwsSolutions-SNS2':
          'messages hold group ids, counts and reasons, no secrets; a key of AWS for SNS would lose every alarm',
      });
    }
  }
}
