import { CreateTagsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { RefusedError } from '../core/errors.js';
import type { InstanceId } from '../core/ids.js';
import { type InstanceDescription, isLive } from '../core/instance.js';
import { GROUP_TAG, STACK_TAG } from '../core/tags.js';
import type { InstanceProvider } from '../ports/instance-provider.js';
import { ec2Error, ec2Meaning, ec2Words } from './ec2-errors.js';
import { chunks } from './in-flight.js';

/** Resources a call: half of CreateTags' limit. */
const AT_ONCE = 500;

/**
 * Adds our stack tag to those that are alive and have no owner; ours already and ended ones are left as they are.
 * Looks first, and refuses the whole when one has another owner or has left its group; IAM refuses as well, should one
 * get an owner between look and call.
 */
export async function adopt(
  client: EC2Client,
  stack: string,
  byIds: InstanceProvider['byIds'],
  ids: readonly InstanceId[],
): Promise<void> {
  const live = (await byIds(ids)).filter((instance) => isLive(instance.state));
  const mistakes = live.flatMap((instance) => objection(instance, stack));
  if (mistakes.length > 0) throw new RefusedError(`cannot adopt: ${mistakes.join('; ')}`);
  const ownerless = live.filter((instance) => instance.tags[STACK_TAG] === undefined);
  for (const some of chunks(ownerless, AT_ONCE)) {
    const Tags = [{ Key: STACK_TAG, Value: stack }];
    try {
      await client.send(new CreateTagsCommand({ Resources: some.map(({ id }) => id), Tags }));
    } catch (error) {
      if (ec2Meaning(error) !== 'unauthorised') throw ec2Error(error);
      throw new RefusedError(`cannot adopt ${some.map(({ id }) => id).join(', ')}: ${ec2Words(error)}`);
    }
  }
}

const objection = ({ id, tags }: InstanceDescription, stack: string): readonly string[] => {
  const owner = tags[STACK_TAG];
  if (owner !== undefined && owner !== stack) return [`${id} belongs to control plane "${owner}"`];
  return tags[GROUP_TAG] === undefined ? [`${id} carries no ${GROUP_TAG} tag any more`] : [];
};
