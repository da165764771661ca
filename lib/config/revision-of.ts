import { InvalidInputError } from '../core/errors.js';
import type { Revision, StoredSpec, Subnet } from '../core/group-spec.js';
import type { LogicalId, SpecHash } from '../core/ids.js';
import { inRange, isIpv4, isReserved } from '../core/ip-range.js';
import type { Issue } from '../core/issue.js';
import { quoted } from '../core/schema-issues.js';
import type { FlavorRegistry } from '../ports/flavor.js';
import { ec2Pools, ec2TargetGroups } from './ec2-instance.js';
import { parseGroup } from './parse-group.js';

/**
 * A stored spec with everything that a plan and a launch need. Parses it again: what is stored is what the user wrote.
 * @throws {InvalidInputError} when this version of the code no longer accepts it.
 */
export const revisionOf = (
  stored: StoredSpec,
  identity: { readonly number: number; readonly specHash: SpecHash },
  flavors: FlavorRegistry,
): Revision => {
  const parsed = parseGroup(stored.id, stored.properties, flavors);
  if (!parsed.ok) throw new InvalidInputError(parsed.issues);
  const { allocation, flavor, instance } = parsed.spec;
  const quorum = flavors.find(flavor.plugin)?.quorum(flavor.properties, allocation);
  const targetGroups = ec2TargetGroups(instance.properties);
  return {
    number: identity.number,
    specHash: identity.specHash,
    spec: parsed.spec,
    properties: stored.properties,
    pins: stored.pins,
    pools: ec2Pools(instance.properties, stored.pins),
    ...(quorum === undefined ? {} : { quorum }),
    ...(targetGroups.length === 0 ? {} : { targetGroups }),
  };
};

/**
 * What is wrong with pets' addresses in the subnets that a spec names; nothing when no subnet's range is known, or when
 * the logical IDs are no addresses.
 */
export const addressIssues = (
  logicalIds: readonly LogicalId[],
  subnets: readonly Subnet[],
): readonly Issue[] => {
  if (subnets.length === 0) return [];
  return logicalIds.flatMap((id, index): readonly Issue[] => {
    if (!isIpv4(id)) return [];
    const path = `Allocation.LogicalIDs[${index}]`;
    const holder = subnets.find(({ cidr }) => inRange(id, cidr));
    if (holder === undefined) {
      const ranges = subnets.map((subnet) => `${subnet.id} ${subnet.cidr}`).join(', ');
      return [
        { path, message: `must be an address in one of the group's subnets (${ranges}), not ${quoted(id)}` },
      ];
    }
    if (!isReserved(id, holder.cidr)) return [];
    return [
      { path, message: `AWS reserves ${quoted(id)} in ${holder.id} (${holder.cidr}); take another address` },
    ];
  });
};
