import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { stateMachineArn } from '../../lib/local/states/local-states.js';
import { ON_INSTANCE } from './mishaps.js';
import { requestOf } from './request-of.js';
import { specOf } from './spec-of.js';
import type { Action, Command, Mishap, Operation, PlaneName, Upload } from './story.js';
import type { SimulatedWorld } from './world.js';

/** Does one thing of a story. What is impossible at that moment is noted and left. */
export const act = (world: SimulatedWorld, action: Action): void => {
  world.note(`> ${JSON.stringify(action)}`);
  try {
    perform(world, action);
  } catch (error) {
    world.note(`cannot: ${error instanceof Error ? error.message : error}`);
  }
};

const perform = (world: SimulatedWorld, action: Action): void => {
  const { cloud, planes } = world;
  switch (action.do) {
    case 'upload':
      upload(world, action);
      return;
    case 'foreign-member':
    case 'ownerless-member': {
      const tags: Record<string, string> = { 'infrakit.group': action.group };
      if (action.do === 'foreign-member') tags['holdfast.stack'] = planes[action.plane].stack;
      cloud.ec2.others.launchForeign({ tags });
      return;
    }
    case 'fault':
      world.faults.add(action.rule);
      return;
    case 'freeze-process':
      world.freezeProcess(action.ms);
      return;
    case 'deploy':
      planes[action.plane].release = action.release;
      planes[action.plane].forget();
      return;
    case 'deploy-machines':
      planes[action.plane].deployMachines(action.previous);
      return;
    case 'stop-execution':
      stopExecution(world, action);
      return;
    default:
      if (isMishap(action)) ON_INSTANCE[action.do](world, chosen(world, action));
      else ask(world, action);
  }
};

const isMishap = (action: Action): action is Extract<Mishap, { luck: number }> => action.do in ON_INSTANCE;

const chosen = (
  { truth, planes }: SimulatedWorld,
  { plane, group, luck }: { readonly plane: PlaneName; readonly group: string; readonly luck: number },
): string => {
  const members = truth.members(planes[plane].stack, group);
  const found = members[Math.floor(luck * members.length)];
  if (found === undefined) throw new Error(`group "${group}" has no instance`);
  return found.id;
};

/** Known refusals are fine; what nobody has thought of is not. */
const ask = (world: SimulatedWorld, command: Exclude<Command, Upload>): void => {
  const { method, params } = requestOf(command, () => ('luck' in command ? chosen(world, command) : ''));
  void world.clock
    .run(() => world.ask(command.plane, method, params), 'user')
    .then((response) => {
      if (!('error' in response)) return world.note(`< ${method}: ok`);
      const { code, message } = response.error;
      world.note(`< ${method}: ${code} ${message}`);
      if (code === INTERNAL && !isTrouble(message)) world.blame('error', `${method}: ${message}`);
    });
};

const INTERNAL = -32603;

/** The words of faults that were put in. */
const isTrouble = (message: string): boolean =>
  /timed out|time-out|killed|unavailable|does not answer|throttl|Rate exceeded/i.test(message);

const upload = ({ clock, cloud, planes, note }: SimulatedWorld, { plane, group, wanted }: Upload): void => {
  const { ID, Properties } = specOf(plane, group, wanted);
  const allowed = { ...Object(Properties), Allow: ['shrink'] };
  const put = new PutObjectCommand({
    Bucket: planes[plane].bucket,
    Key: `groups/${group}.json`,
    Body: JSON.stringify({ groups: { [ID]: { Properties: allowed } } }),
  });
  void clock.run(() => cloud.clients('user').s3.send(put), 'user').then(() => note(`< uploaded ${group}`));
};

const stopExecution = (
  { clock, cloud, planes, note }: SimulatedWorld,
  { plane, luck }: Extract<Operation, { do: 'stop-execution' }>,
): void => {
  const { sfn } = cloud.clients('user');
  const machine = stateMachineArn(`${planes[plane].stack}-rolling-update`);
  const stop = async () => {
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn: machine, statusFilter: 'RUNNING' }),
    );
    const arn = executions[Math.floor(luck * executions.length)]?.executionArn;
    if (arn === undefined) return note('no execution runs');
    await sfn.send(new StopExecutionCommand({ executionArn: arn, cause: 'a story' }));
    note(`stopped ${arn}`);
  };
  void clock.run(stop, 'user');
};
