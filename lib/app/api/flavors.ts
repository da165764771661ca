import { InvalidInputError, NotFoundError } from '../../core/errors.js';
import type { Allocation } from '../../core/group-spec.js';
import { groupId, logicalId } from '../../core/ids.js';
import type { Json } from '../../core/json.js';
import { quoted } from '../../core/schema-issues.js';
import type { Flavor } from '../../ports/flavor.js';
import type { Params, Result } from '../api-types.js';
import { asFlavorMember, askFlavor } from '../ask-flavor.js';
import { clusterReport } from '../cluster-report.js';
import { loadRevision } from '../load-revision.js';
import { ability, clusterOf, survivorOf } from '../recover.js';
import type { Runtime } from '../runtime.js';
import { overrideBreaker } from './lifecycle.js';
import { knownGroup } from './require-group.js';

const flavorNamed = (runtime: Runtime, name: string): Flavor => {
  const flavor = runtime.flavors.find(name);
  if (flavor === undefined)
    throw new NotFoundError(`no flavor ${quoted(name)}; known: ${runtime.flavors.known.join(', ')}`);
  return flavor;
};

const checked = (
  runtime: Runtime,
  params: { Plugin: string; Properties: Json; Allocation: Json },
): [Flavor, Allocation] => {
  const flavor = flavorNamed(runtime, params.Plugin);
  const allocation = runtime.parser.allocation(params.Allocation);
  if (!allocation.ok) throw new InvalidInputError(allocation.issues);
  const issues = flavor.validate(params.Properties, allocation.value);
  if (issues.length > 0) throw new InvalidInputError(issues);
  return [flavor, allocation.value];
};

export const validateFlavor = (
  runtime: Runtime,
  params: Params<'Flavor.Validate'>,
): Result<'Flavor.Validate'> => {
  const [{ experimental }] = checked(runtime, params);
  return { Valid: true, ...(experimental === undefined ? {} : { Experimental: experimental }) };
};

export const prepareFlavor = (
  runtime: Runtime,
  params: Params<'Flavor.Prepare'>,
): Result<'Flavor.Prepare'> => {
  const [flavor, allocation] = checked(runtime, params);
  const context = { stack: runtime.stack, group: groupId(params.Group ?? 'example'), allocation };
  const slot = params.LogicalID === undefined ? undefined : logicalId(params.LogicalID);
  const prepared = flavor.prepare(params.Properties, context, slot);
  return { Init: prepared.init, Tags: prepared.tags };
};

/** Asks the flavor afresh; nothing is put on record. */
export const healthyMembers = async (
  runtime: Runtime,
  params: Params<'Flavor.Healthy'>,
): Promise<Result<'Flavor.Healthy'>> => {
  const record = await knownGroup(runtime, params.ID);
  const revision = await loadRevision(runtime, record);
  const all = (await runtime.store.instances(record.id)).filter((member) => member.goneAt === undefined);
  const { Instances: named } = params;
  const strangers = (named ?? []).filter((id) => !all.some((member) => member.id === id));
  if (strangers.length > 0) {
    const known = all.map((member) => member.id).join(', ') || 'none';
    const who = strangers.map((id) => `"${id}"`).join(', ');
    throw new NotFoundError(`no member ${who} of group "${params.ID}"; its members: ${known}`);
  }
  const members = named === undefined ? all : all.filter((member) => named.includes(member.id));
  const flavor = flavorNamed(runtime, revision.spec.flavor.plugin);
  const { reports, cluster } = await askFlavor(runtime, flavor, revision, all.map(asFlavorMember));
  return {
    Instances: members.map((member) => {
      const report = reports.get(member.id);
      return { ID: member.id, Health: report?.health ?? 'unknown', Reason: report?.reason ?? 'not asked' };
    }),
    ...(cluster === undefined ? {} : { Cluster: clusterReport(cluster) }),
  };
};

const REPAIR_AFTER_RECOVERY = '1h';

/** Checked here, so that a mistake costs nothing; whether the quorum is lost is asked by `reconcile`, right before. */
export const recover = async (
  runtime: Runtime,
  params: Params<'Flavor.Recover'>,
): Promise<Result<'Flavor.Recover'>> => {
  const { ID, Instance, Confirm } = params;
  if (Confirm !== ID) {
    const message = `${quoted(Confirm)} is not the group: give "${ID}" to confirm that its cluster is made anew`;
    throw new InvalidInputError([{ path: 'Confirm', message }]);
  }
  const cluster = await clusterOf(runtime, ID);
  ability(cluster, 'recover');
  survivorOf(cluster, Instance);
  const result = await runtime.functions.call('reconcile', { recover: params });
  // All the others fail at once by it, and that is how it is meant.
  await overrideBreaker(runtime, { ID, For: REPAIR_AFTER_RECOVERY });
  return result as Result<'Flavor.Recover'>;
};

export const rotateTokens = async (
  runtime: Runtime,
  params: Params<'Flavor.RotateTokens'>,
): Promise<Result<'Flavor.RotateTokens'>> => {
  ability(await clusterOf(runtime, params.ID), 'rotate');
  return (await runtime.functions.call('reconcile', { rotate: params })) as Result<'Flavor.RotateTokens'>;
};
