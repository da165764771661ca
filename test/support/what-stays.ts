import { paginateGetExecutionHistory, paginateListExecutions } from '@aws-sdk/client-sfn';
import { GetCommandInvocationCommand, paginateListCommandInvocations } from '@aws-sdk/client-ssm';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { STATE_MACHINES } from '../../lib/core/deployment.js';
import type { World } from './world.js';

/** Everything that a control plane leaves where somebody may read it, by the name of the place. */
export const whatStays = async (world: World): Promise<ReadonlyMap<string, string>> => {
  const ordered = world.seen
    .filter(({ operation }) => operation === 'RunInstances')
    .map(({ input }) => input);
  return new Map([
    ['user data', ordered.map(userDataOf).join('\n')],
    [
      'tags',
      JSON.stringify([
        world.cloud.ec2.instances().map(({ tags }) => tags),
        world.books.all().map(({ tagsAtLaunch }) => tagsAtLaunch),
      ]),
    ],
    [
      'calls of the SDK',
      JSON.stringify(world.seen.map(({ service, operation, input }) => [service, operation, input])),
    ],
    ['logs', JSON.stringify(world.logs)],
    ['events', JSON.stringify(world.events_)],
    ['the table', await scanned(world)],
    ['histories of executions', await histories(world)],
    ['outputs of commands', await outputs(world)],
  ]);
};

const userDataOf = (input: unknown): string => {
  const { UserData } = Object(input);
  return typeof UserData === 'string' ? Buffer.from(UserData, 'base64').toString('utf8') : '';
};

const scanned = async ({ cloud, plane }: World): Promise<string> => {
  const { dynamo: client } = cloud.clients('observer');
  const items: unknown[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: plane.table }))
    items.push(...Items);
  return JSON.stringify(items);
};

const histories = async ({ cloud, plane }: World): Promise<string> => {
  const { sfn: client } = cloud.clients('observer');
  const events: unknown[] = [];
  for (const machine of STATE_MACHINES) {
    const stateMachineArn = plane.template.values.text({ Ref: plane.template.machines[machine] });
    for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn }))
      for (const { executionArn } of executions)
        for await (const page of paginateGetExecutionHistory({ client }, { executionArn }))
          events.push(...(page.events ?? []));
  }
  return JSON.stringify(events);
};

const outputs = async ({ cloud }: World): Promise<string> => {
  const { ssm: client } = cloud.clients('observer');
  const answers: unknown[] = [];
  for await (const { CommandInvocations = [] } of paginateListCommandInvocations({ client }, {}))
    for (const { CommandId, InstanceId } of CommandInvocations)
      answers.push(await client.send(new GetCommandInvocationCommand({ CommandId, InstanceId })));
  return JSON.stringify(answers);
};
