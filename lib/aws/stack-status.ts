import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** Others in the account ask CloudFormation, too. */
const ATTEMPTS = 8;

export const stackStatusClient = (): CloudFormationClient =>
  new CloudFormationClient({ maxAttempts: ATTEMPTS });

/** Whether CloudFormation takes the stack back to what it was before an update that failed. */
export const isRollingBack = async (client: CloudFormationClient, stackId: string): Promise<boolean> => {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackId }));
  return Stacks[0]?.StackStatus?.includes('ROLLBACK') ?? false;
};
