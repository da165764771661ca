import type { ClusterRole } from '../../../lib/infra/cluster-statements.js';
import type { AuthorisedCall } from '../../../lib/local/authorise.js';
import { roleNameOf } from '../../../lib/local/real/metadata-service.js';
import { nodePolicy } from '../../support/iam/node-policy.js';

const NAMED = /^node-(?<name>.+)-(?<role>manager|worker|member)$/;
const isRole = (text: string): text is ClusterRole => ['manager', 'worker', 'member'].includes(text);

/** For `RunInstancesInput`: the instance profile of nodes of a cluster, with the policy that `NodeRole` gives them. */
export const nodeProfile = (cluster: string, role: ClusterRole) => ({
  IamInstanceProfile: { Name: `node-${cluster}-${role}` },
});

/** Lets an instance do what the synthesized role in its profile allows; who is no instance may do everything. */
export const nodeAuthoriser = (stackTag: string, profileOf: (instance: string) => string | undefined) => {
  const policies = new Map<string, ReturnType<typeof nodePolicy>>();
  const policyOf = (profile: string) => {
    const { name = '', role = '' } = NAMED.exec(profile)?.groups ?? {};
    if (!isRole(role)) return undefined;
    const known = policies.get(profile) ?? nodePolicy({ controlPlane: { stackTag }, name, role });
    policies.set(profile, known);
    return known;
  };
  return ({ principal, operation, input }: AuthorisedCall): 'allow' | { readonly denied: string } => {
    const [, instance] = /^node\/(.+)$/.exec(principal) ?? [];
    if (instance === undefined) return 'allow';
    const may = policyOf(roleNameOf(profileOf(instance) ?? ''));
    if (may?.(operation, Object(input))) return 'allow';
    const { Name, Path } = Object(input);
    return { denied: `${instance} ${operation} ${Name ?? Path}: its role does not allow it` };
  };
};
