import { CreateTagsCommand, type EC2Client, type Tag } from '@aws-sdk/client-ec2';
import { RefusedError } from '../core/errors.js';
import type { ConfigHash, InstanceId } from '../core/ids.js';
import { chunks } from '../core/in-flight.js';
import { type InstanceDescription, isLive } from '../core/instance.js';
import { BOOTSTRAP_HASH, CONFIG_HASH_TAG, GROUP_TAG, STACK_TAG } from '../core/tags.js';
import type { InstanceProvider } from '../ports/instance-provider.js';
import { ec2Error, ec2Meaning, ec2Words } from './ec2-errors.js';

/** Resources a call: half of CreateTags' limit. */
const AT_ONCE = 500;

/**
 * Adds our stack tag to those that are alive and have no owner; ours already and ended ones are left as they are.
 * Looks first, and refuses the whole when one has another owner or has left its group; IAM refuses as well, should one
 * get an owner between look and call. Where the config hash is InfraKit's `bootstrap`, the hash in force takes its place.
 */
export async function adopt(
  client: EC2Client,
  stack: string,
  byIds: InstanceProvider['byIds'],
  ids: readonly InstanceId[],
  configHash: ConfigHash | undefined,
): Promise<void> {
  const live = (await byIds(ids)).filter((instance) => isLive(instance.state));
  const mistakes = live.flatMap((instance) => objection(instance, stack));
  if (mistakes.length > 0) throw new RefusedError(`cannot adopt: ${mistakes.join('; ')}`);
  const ownerless = live.filter((instance) => instance.tags[STACK_TAG] === undefined);
  const isLabelled = ({ tags }: InstanceDescription) =>
    configHash === undefined || tags[CONFIG_HASH_TAG] !== BOOTSTRAP_HASH;
  const owner = { Key: STACK_TAG, Value: stack };
  await tag(client, ownerless.filter(isLabelled), [owner]);
  const bootstrap = ownerless.filter((instance) => !isLabelled(instance));
  await tag(client, bootstrap, [owner, { Key: CONFIG_HASH_TAG, Value: configHash }]);
}

const tag = async (
  client: EC2Client,
  instances: readonly InstanceDescription[],
  Tags: Tag[],
): Promise<void> => {
  for (const some of chunks(instances, AT_ONCE)) {
    try {
      await client.send(new CreateTagsCommand({ Resources: some.map(({ id }) => id), Tags }));
    } catch (error) {
      if (ec2Meaning(error) !== 'unauthorised') throw ec2Error(error);
      throw new RefusedError(`cannot adopt ${some.map(({ id }) => id).join(', ')}: ${ec2Words(error)}`);
    }
  }
};

const objection = ({ id, tags }: InstanceDescription, stack: string): readonly string[] => {
  const owner = tags[STACK_TAG];
  if (owner !== undefined && owner !== stack) return [`${id} belongs to control plane "${owner}"`];
  return tags[GROUP_TAG] === undefined ? [`${id} carries no ${GROUP_TAG} tag any more`] : [];
};
