import type { Method } from '../lib/app/api-types.js';
import {
  begin,
  GroupResourceError,
  type GroupResourceWorld,
  isOurs,
  notOurs,
  type Progress,
  waitFor,
} from '../lib/app/group-resource.js';
import {
  type ApiAlias,
  type GroupApiCaller,
  groupApiCaller,
  groupApiClient,
  invokeLater,
} from '../lib/aws/group-api-caller.js';
import { isRollingBack, stackStatusClient } from '../lib/aws/stack-status.js';
import {
  customResourceSchema,
  groupResourceProgressSchema,
  groupResourceSchema,
} from '../lib/config/group-resource-event.js';
import { GROUP_API_FUNCTION } from '../lib/core/deployment.js';
import type { Clock } from '../lib/ports/clock.js';
import { ANSWER_MS, answer, type CustomResourceEvent, type Fetch, send } from './custom-resource.js';
import type { LambdaContext } from './runtime.js';
import { systemClock } from './system.js';

/** What the handler has around it. */
export interface GroupResource {
  readonly api: GroupApiCaller;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly isRollingBack: (stackId: string) => Promise<boolean>;
  /** Starts the function anew with what is left to do. */
  readonly goOn: (functionArn: string, event: object) => Promise<void>;
}

/** Kept of an invocation's time for one call of the API, whose function runs up to a minute, and for the answer. */
const TAIL_MS = 65_000 + ANSWER_MS;

/** An API that gives no answer for so long gives none. */
const BEGIN_MS = 300_000;

/**
 * A group in a template: creation and update commit it, deletion frees or destroys it. What takes longer than an
 * invocation may is left to the next, until the time that the template gives it is out. Always answers.
 * @throws when Lambda should try the event again, which the request's id makes harmless.
 */
export const task =
  (resource: GroupResource) =>
  async (input: unknown, context: LambdaContext): Promise<void> => {
    const event = customResourceSchema.parse(input);
    let left: Left | undefined;
    try {
      left = await carryOut(resource, event, Object(input), context);
    } catch (error) {
      const physicalId = error instanceof GroupResourceError ? error.physicalId : idBefore(event);
      const reason = error instanceof Error ? error.message : String(error);
      await answer(resource.fetch, event, { physicalId, reason });
      return;
    }
    if (left !== undefined) {
      await resource.goOn(context.invokedFunctionArn, { ...Object(input), Progress: left });
      return;
    }
    const physicalId = event.RequestType === 'Delete' ? idBefore(event) : groupOf(input);
    await answer(resource.fetch, event, { physicalId });
  };

type Left = Progress & { readonly startedAt: number };

const groupOf = (input: unknown): string => String(Object(Object(input).ResourceProperties).GroupId);

/** Before a group was committed there is nothing that deletion should take away. */
const idBefore = (event: CustomResourceEvent): string => event.PhysicalResourceId ?? notOurs('nothing');

/** @returns what is left to do when the invocation's time is out. */
async function carryOut(
  resource: GroupResource,
  event: CustomResourceEvent,
  input: { readonly ResourceProperties?: unknown; readonly Progress?: unknown },
  context: LambdaContext,
): Promise<Left | undefined> {
  const { clock } = resource;
  if (event.RequestType === 'Delete' && !isOurs(idBefore(event))) return undefined;
  const properties = groupResourceSchema.safeParse(input.ResourceProperties);
  if (!properties.success) {
    const mistakes = properties.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new GroupResourceError(mistakes.join('; '), idBefore(event));
  }
  const { GroupId, Properties, Wait, TimeoutSeconds, OnDelete } = properties.data;
  const given = input.Progress === undefined ? undefined : groupResourceProgressSchema.parse(input.Progress);
  const startedAt = given?.startedAt ?? clock.now();
  const deadline = startedAt + TimeoutSeconds * 1000;
  const until = clock.now() + Math.max(0, context.getRemainingTimeInMillis() - TAIL_MS);
  const world: GroupResourceWorld = {
    api: {
      call: async (method, params) => (await resource.api.call(aliasOf(method), method, params)) as never,
    },
    clock,
    isRollingBack: () => resource.isRollingBack(event.StackId),
  };
  const request = {
    type: event.RequestType,
    requestId: event.RequestId,
    groupId: GroupId,
    properties: Properties,
    wait: Wait,
    onDelete: OnDelete,
    physicalId: event.PhysicalResourceId,
  };
  const progress = given ?? (await begin(world, request, Math.min(until, deadline, startedAt + BEGIN_MS)));
  if (progress === undefined) return undefined;
  const id = event.RequestType === 'Delete' ? idBefore(event) : GroupId;
  const isDone = await waitFor(world, id, progress, { until, startedAt, deadline });
  return isDone ? undefined : { ...progress, startedAt };
}

/** The one that allows least. */
const aliasOf = (method: Method): ApiAlias => {
  if (method === 'Group.DescribeGroup') return 'read';
  return method === 'Group.Destroy' ? 'destroy' : 'commit';
};

export const handler = (event: unknown, context: LambdaContext): Promise<void> => {
  const functionName = process.env[GROUP_API_FUNCTION];
  if (!functionName) throw new Error(`missing in the environment: ${GROUP_API_FUNCTION}; the stack sets it`);
  const [client, stacks] = [groupApiClient(), stackStatusClient()];
  return task({
    api: groupApiCaller({ client, functionName }),
    clock: systemClock,
    fetch: send,
    isRollingBack: (stackId) => isRollingBack(stacks, stackId),
    goOn: (functionArn, left) => invokeLater(client, functionArn, left),
  })(event, context);
};
