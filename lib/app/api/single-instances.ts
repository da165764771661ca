import { contentHash } from '../../core/content-hash.js';
import { InvalidInputError, NotFoundError, RefusedError } from '../../core/errors.js';
import { groupId, instanceId, logicalId, orderId } from '../../core/ids.js';
import type { InstanceDescription } from '../../core/instance.js';
import type { Json } from '../../core/json.js';
import { BOOTSTRAP_HASH, CONFIG_HASH_TAG, GROUP_TAG, LOGICAL_ID_TAG, OWN_TAGS } from '../../core/tags.js';
import type { Params, Result } from '../api-types.js';
import { askEc2 } from '../check-launches.js';
import type { Runtime } from '../runtime.js';

/** What reconcile is asked to do for single instances: it alone may launch and terminate. */
export type SingleInstanceCall =
  | { readonly provision: Params<'Instance.Provision'> }
  | { readonly destroy: readonly string[] };

const requireValid = (runtime: Runtime, properties: Json): void => {
  const issues = runtime.parser.instanceProperties(properties);
  if (issues.length > 0) throw new InvalidInputError(issues);
};

/** The schema first, then EC2 itself by a dry run in every subnet and type, as for a group that is not there. */
export const validateInstance = async (
  runtime: Runtime,
  { Properties }: Params<'Instance.Validate'>,
): Promise<Result<'Instance.Validate'>> => {
  requireValid(runtime, Properties);
  const pins = await runtime.pins.resolve(Properties);
  const request = runtime.instances.render({
    group: groupId('example'),
    properties: Properties,
    pins,
    configHash: BOOTSTRAP_HASH,
    tags: {},
    init: '',
  });
  const check = await askEc2(runtime, { request, pools: runtime.parser.pools(Properties, pins) });
  if (check.issues.length > 0)
    throw new InvalidInputError(check.issues.map(({ message }) => ({ path: '', message })));
  return { Valid: true, Warnings: check.warnings };
};

/** One instance by hand, for a group that is not watched: a watched group launches its own. */
export const provision = async (
  runtime: Runtime,
  params: Params<'Instance.Provision'>,
): Promise<Result<'Instance.Provision'>> => {
  const group = params.Tags[GROUP_TAG];
  requireValid(runtime, params.Properties);
  if (group === undefined) {
    throw new InvalidInputError([
      {
        path: `Tags.${GROUP_TAG}`,
        message: 'name the group that the instance is for; it must not be watched',
      },
    ]);
  }
  const record = await runtime.store.read(groupId(group));
  if (record !== undefined && record.watch !== 'free' && record.watch !== 'destroyed') {
    throw new RefusedError(
      `group "${group}" is ${record.watch}: it launches its own instances; scale it instead`,
    );
  }
  return (await runtime.functions.call('reconcile', { provision: params })) as Result<'Instance.Provision'>;
};

/** Reconcile's side. The request id, or else a fresh id, is the client token: a retried call launches nothing more. */
export const provisionNow = async (
  runtime: Runtime,
  params: Params<'Instance.Provision'>,
): Promise<Result<'Instance.Provision'>> => {
  const group = groupId(params.Tags[GROUP_TAG] ?? '');
  const tags = Object.fromEntries(Object.entries(params.Tags).filter(([key]) => !OWN_TAGS.includes(key)));
  const slot = params.LogicalID ?? params.Tags[LOGICAL_ID_TAG];
  const request = runtime.instances.render({
    group,
    properties: params.Properties,
    pins: await runtime.pins.resolve(params.Properties),
    configHash: params.Tags[CONFIG_HASH_TAG] ?? BOOTSTRAP_HASH,
    tags,
    init: params.Init ?? '',
    ...(slot === undefined ? {} : { slot: logicalId(slot) }),
  });
  const seed = params.RequestId ?? runtime.random.id();
  const token = orderId(contentHash({ provision: seed, group }).slice(0, 32));
  const [launched] = await runtime.instances.launch({ token, request, count: 1 });
  if (launched === undefined) throw new RefusedError('EC2 started no instance');
  return { ID: launched.id };
};

export const destroySingle = async (
  runtime: Runtime,
  params: Params<'Instance.Destroy'>,
): Promise<Result<'Instance.Destroy'>> => {
  for (const id of params.IDs) {
    const found = await runtime.store.findInstance(instanceId(id));
    const group = found === undefined ? undefined : await runtime.store.read(found.group);
    if (found === undefined || found.record.goneAt !== undefined || group === undefined) continue;
    if (group.watch !== 'free' && group.watch !== 'destroyed') {
      throw new RefusedError(
        `"${id}" is a member of group "${found.group}": use group destroy-instance, which drains it and keeps the budget`,
      );
    }
  }
  return (await runtime.functions.call('reconcile', { destroy: params.IDs })) as Result<'Instance.Destroy'>;
};

/** Reconcile's side: only instances of ours, whose group does not watch them. */
export const destroyNow = async (
  runtime: Runtime,
  ids: readonly string[],
): Promise<Result<'Instance.Destroy'>> => {
  const described = await runtime.instances.byIds(ids.map(instanceId));
  const unknown = ids.filter((id) => !described.some((instance) => instance.id === id));
  if (unknown.length > 0) throw new NotFoundError(`no instance "${unknown.join('", "')}"`);
  const foreign = described.filter((instance) => instance.tags['holdfast.stack'] !== runtime.stack);
  if (foreign.length > 0)
    throw new RefusedError(
      `"${foreign.map((instance) => instance.id).join('", "')}" does not belong to "${runtime.stack}"`,
    );
  for (const instance of described) {
    const group = await runtime.store.read(groupId(instance.tags[GROUP_TAG] ?? ''));
    if (group !== undefined && group.watch !== 'free' && group.watch !== 'destroyed') {
      throw new RefusedError(
        `"${instance.id}" carries the tag of watched group "${group.id}": use group destroy-instance`,
      );
    }
  }
  const outcomes = await runtime.instances.terminate(described.map((instance) => instance.id));
  const blocked = outcomes.find((outcome) => outcome.kind === 'blocked' || outcome.kind === 'later');
  if (blocked !== undefined && 'reason' in blocked)
    throw new RefusedError(`"${blocked.id}": ${blocked.reason}`);
  return { Destroyed: outcomes.filter((outcome) => outcome.kind === 'ending').map((outcome) => outcome.id) };
};

export const describeInstances = async (
  runtime: Runtime,
  { Tags, Properties }: Params<'Instance.DescribeInstances'>,
): Promise<Result<'Instance.DescribeInstances'>> => {
  const wanted = Object.entries(Tags ?? {});
  const all = await runtime.instances.fleet();
  const matching = all.filter((instance) => wanted.every(([key, value]) => instance.tags[key] === value));
  return { Instances: matching.map((instance) => viewOf(instance, Properties ?? false)) };
};

const viewOf = (instance: InstanceDescription, properties: boolean) => ({
  ID: instance.id,
  ...(instance.tags[LOGICAL_ID_TAG] === undefined ? {} : { LogicalID: instance.tags[LOGICAL_ID_TAG] }),
  State: instance.state,
  Tags: instance.tags,
  ...(properties ? { Properties: factsOf(instance) } : {}),
});

const factsOf = ({ zone, subnet, instanceType, privateIp, imageId, launchedAt }: InstanceDescription) => ({
  LaunchTime: new Date(launchedAt).toISOString(),
  ...(zone === undefined ? {} : { AvailabilityZone: zone }),
  ...(subnet === undefined ? {} : { SubnetId: subnet }),
  ...(instanceType === undefined ? {} : { InstanceType: instanceType }),
  ...(privateIp === undefined ? {} : { PrivateIpAddress: privateIp }),
  ...(imageId === undefined ? {} : { ImageId: imageId }),
});
