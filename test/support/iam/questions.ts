import type { AuthorisedCall } from '../../../lib/local/authorise.js';
import { ec2Questions, parameterArn, sendCommandQuestions } from './ec2-questions.js';
import { field, list, required, text, textList } from './fields.js';
import type { Question } from './policy.js';
import { type Account, arn, type IamWorld } from './world.js';

const nothing = {};
const ask = (action: string, resource: string, context: Question['context'] = nothing): Question => ({
  action,
  resource,
  context,
});

/** The document client's short names. */
const DOCUMENT_NAMES: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  BatchWrite: 'BatchWriteItem',
  BatchGet: 'BatchGetItem',
};

function dynamodb(account: Account, operation: string, input: unknown): Question[] {
  const action = DOCUMENT_NAMES[operation] ?? operation;
  const tableArn = (name: string) =>
    name.startsWith('arn:') ? name : arn(account, 'dynamodb', `table/${name}`);
  switch (action) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(Object(field(input, 'RequestItems'))).map((it) =>
        ask(`dynamodb:${action}`, tableArn(it)),
      );
    case 'DeleteItem':
    case 'DescribeTable':
    case 'GetItem':
    case 'PutItem':
    case 'Query':
    case 'Scan':
    case 'UpdateItem': {
      const table = tableArn(required(input, 'TableName'));
      const index = text(input, 'IndexName');
      return [ask(`dynamodb:${action}`, index === undefined ? table : `${table}/index/${index}`)];
    }
    default:
      throw new Error(`DynamoDB ${operation} is not authorised here: add it to questions.ts`);
  }
}

function s3(operation: string, input: unknown): Question[] {
  const bucket = `arn:aws:s3:::${required(input, 'Bucket')}`;
  const object = (action: string) => ask(`s3:${action}`, `${bucket}/${required(input, 'Key')}`);
  const version = text(input, 'VersionId') === undefined ? '' : 'Version';
  switch (operation) {
    case 'GetObject':
    case 'HeadObject':
      return [object(`GetObject${version}`)];
    case 'PutObject':
      return [object('PutObject')];
    case 'DeleteObject':
      return [object(`DeleteObject${version}`)];
    case 'ListObjectsV2':
      return [ask('s3:ListBucket', bucket, { 's3:prefix': text(input, 'Prefix') })];
    case 'ListObjectVersions':
      return [ask('s3:ListBucketVersions', bucket, { 's3:prefix': text(input, 'Prefix') })];
    default:
      throw new Error(`S3 ${operation} is not authorised here: add it to questions.ts`);
  }
}

/** The batch forms of a queue's calls are authorised as their single ones. */
function sqs(account: Account, operation: string, input: unknown): Question[] {
  const name = required(input, 'QueueUrl').split('/').at(-1) ?? '';
  return [ask(`sqs:${operation.replace(/Batch$/, '')}`, arn(account, 'sqs', name))];
}

function invoke(account: Account, operation: string, input: unknown): Question[] {
  if (operation !== 'Invoke')
    throw new Error(`Lambda ${operation} is not authorised here: add it to questions.ts`);
  const name = required(input, 'FunctionName');
  const functionArn = name.startsWith('arn:') ? name : arn(account, 'lambda', `function:${name}`);
  const qualifier = text(input, 'Qualifier');
  return [
    ask('lambda:InvokeFunction', qualifier === undefined ? functionArn : `${functionArn}:${qualifier}`),
  ];
}

function eventBridge(account: Account, operation: string, input: unknown): Question[] {
  if (operation !== 'PutEvents')
    throw new Error(`EventBridge ${operation} is not authorised here: add it to questions.ts`);
  return list(input, 'Entries').map((entry) => {
    const bus = text(entry, 'EventBusName') ?? 'default';
    return ask(
      'events:PutEvents',
      bus.startsWith('arn:') ? bus : arn(account, 'events', `event-bus/${bus}`),
      {
        'events:source': text(entry, 'Source'),
        'events:detail-type': text(entry, 'DetailType'),
      },
    );
  });
}

function cloudWatch(account: Account, operation: string, input: unknown): Question[] {
  const alarm = (name: string) => arn(account, 'cloudwatch', `alarm:${name}`);
  switch (operation) {
    case 'PutMetricAlarm':
      return [
        ask('cloudwatch:PutMetricAlarm', alarm(required(input, 'AlarmName'))),
        // Tags given with the alarm are a second action.
        ...(list(input, 'Tags').length > 0
          ? [ask('cloudwatch:TagResource', alarm(required(input, 'AlarmName')))]
          : []),
      ];
    case 'DeleteAlarms':
    case 'DescribeAlarms': {
      // Composite alarms are only answered to who may read all (API reference, DescribeAlarms).
      if (textList(input, 'AlarmTypes').includes('CompositeAlarm'))
        return [ask(`cloudwatch:${operation}`, '*')];
      const names = textList(input, 'AlarmNames');
      return (names.length > 0 ? names : ['*']).map((it) => ask(`cloudwatch:${operation}`, alarm(it)));
    }
    case 'PutMetricData':
      return [ask('cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': text(input, 'Namespace') })];
    default:
      throw new Error(`CloudWatch ${operation} is not authorised here: add it to questions.ts`);
  }
}

function ssm(account: Account, operation: string, input: unknown, world: IamWorld): Question[] {
  switch (operation) {
    case 'SendCommand':
      return sendCommandQuestions(account, input, world);
    case 'DeleteParameter':
    case 'GetParameter':
    case 'PutParameter':
      return [ask(`ssm:${operation}`, parameterArn(account, required(input, 'Name')))];
    case 'GetParameters':
      return textList(input, 'Names').map((it) =>
        ask(
          'ssm:GetParameters',
          parameterArn(account, it.startsWith('arn:') ? it : (it.split(':')[0] ?? '')),
        ),
      );
    case 'DeleteParameters':
      return textList(input, 'Names').map((it) => ask('ssm:DeleteParameters', parameterArn(account, it)));
    case 'GetParametersByPath':
      return [ask('ssm:GetParametersByPath', parameterArn(account, required(input, 'Path')))];
    case 'DescribeInstanceInformation':
    case 'GetCommandInvocation':
    case 'ListCommandInvocations':
      return [ask(`ssm:${operation}`, '*')];
    default:
      throw new Error(`SSM ${operation} is not authorised here: add it to questions.ts`);
  }
}

function stepFunctions(operation: string, input: unknown): Question[] {
  switch (operation) {
    case 'StartExecution':
      return [ask('states:StartExecution', required(input, 'stateMachineArn'))];
    case 'DescribeExecution':
    case 'GetExecutionHistory':
    case 'StopExecution':
      return [ask(`states:${operation}`, required(input, 'executionArn'))];
    case 'ListExecutions':
      return [ask('states:ListExecutions', required(input, 'stateMachineArn'))];
    default:
      throw new Error(`SFN ${operation} is not authorised here: add it to questions.ts`);
  }
}

function loadBalancing(operation: string, input: unknown): Question[] {
  switch (operation) {
    case 'DescribeTargetHealth':
      return [ask('elasticloadbalancing:DescribeTargetHealth', '*')];
    case 'RegisterTargets':
    case 'DeregisterTargets':
      return [ask(`elasticloadbalancing:${operation}`, required(input, 'TargetGroupArn'))];
    default:
      throw new Error(`Elastic Load Balancing ${operation} is not authorised here: add it to questions.ts`);
  }
}

/** Everything that IAM is asked about a call, as the Service Authorization Reference lists it. All must be allowed. */
export function questionsOf(
  account: Account,
  { service, operation, input }: Omit<AuthorisedCall, 'principal'>,
  world: IamWorld,
): Question[] {
  switch (service) {
    case 'EC2':
      return ec2Questions(account, operation, input, world);
    case 'DynamoDB':
      return dynamodb(account, operation, input);
    case 'S3':
      return s3(operation, input);
    case 'SQS':
      return sqs(account, operation, input);
    case 'SSM':
      return ssm(account, operation, input, world);
    case 'Lambda':
      return invoke(account, operation, input);
    case 'EventBridge':
      return eventBridge(account, operation, input);
    case 'CloudWatch':
      return cloudWatch(account, operation, input);
    case 'SFN':
      return stepFunctions(operation, input);
    case 'Elastic Load Balancing v2':
      return loadBalancing(operation, input);
    default:
      throw new Error(`calls of ${service} are not authorised here: add it to questions.ts`);
  }
}
