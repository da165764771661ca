import type { AuthorisedCall } from '../../lib/local/authorise.js';
import type { LocalCloud } from '../../lib/local/local-cloud.js';
import type { Plane } from './plane.js';
import type { PlaneName } from './story.js';
import type { Truth } from './truth.js';
import type { Rule } from './violation.js';

interface Parts {
  readonly cloud: LocalCloud;
  readonly planes: Readonly<Record<PlaneName, Plane>>;
  readonly truth: Truth;
  readonly blame: (rule: Rule, message: string) => void;
}

/** Looks at every call of a function before it has any effect: whom it names, and whether the ledger knows of it. */
export const witnessCalls = ({ cloud, planes, truth, blame }: Parts) => {
  const ordered = (plane: Plane, kind: 'launch' | 'end', id: string): boolean =>
    [...plane.table.groups.values()].some(({ orders }) =>
      orders.some((order) =>
        order.kind === 'launch'
          ? kind === 'launch' && order.id === id
          : kind === 'end' && order.instance === id,
      ),
    );
  const checks: Readonly<Record<string, (plane: Plane, input: never) => void>> = {
    RunInstances: (plane, { ClientToken, DryRun }: { ClientToken?: string; DryRun?: boolean }) => {
      if (!DryRun && !ordered(plane, 'launch', ClientToken ?? ''))
        blame('ledger', `${plane.stack} launches with token ${ClientToken}, which no open order has`);
    },
    TerminateInstances: (plane, { InstanceIds = [] }: { InstanceIds?: readonly string[] }) => {
      for (const id of InstanceIds) {
        const tags = cloud.ec2.instance(id)?.tags;
        if (tags !== undefined && !isOwned(plane, id)) blame('stranger', `${plane.stack} terminates ${id}`);
        if (!ordered(plane, 'end', id))
          blame('ledger', `${plane.stack} terminates ${id}, which no open order does`);
      }
    },
    CreateTags: (
      plane,
      { Resources = [], Tags = [] }: { Resources?: readonly string[]; Tags?: readonly { Key?: string }[] },
    ) => {
      for (const id of Resources) {
        const tags = cloud.ec2.instance(id)?.tags ?? {};
        const owner = tags['holdfast.stack'];
        if (owner !== undefined && owner !== plane.stack)
          blame('stranger', `${plane.stack} tags ${id} of ${owner}`);
        if (tags['infrakit.group'] === undefined)
          blame('stranger', `${plane.stack} tags ${id}, which has no group`);
        if (Tags.some(({ Key }) => Key === 'holdfast.stack')) truth.adopted.add(id);
      }
    },
    SendCommand: (plane, { InstanceIds = [] }: { InstanceIds?: readonly string[] }) => {
      for (const id of InstanceIds)
        if (!isOwned(plane, id)) blame('stranger', `${plane.stack} commands ${id}`);
    },
  };
  /** By the tag at launch too: others take tags away, and what was asked for stays asked for. */
  const isOwned = ({ stack }: Plane, id: string): boolean => {
    const entry = cloud.ec2.books.get(id);
    const launched = entry !== undefined && !entry.foreign && entry.tagsAtLaunch['holdfast.stack'] === stack;
    return launched || cloud.ec2.instance(id)?.tags['holdfast.stack'] === stack;
  };
  return {
    call: ({ principal, operation, input }: AuthorisedCall): void => {
      const plane = Object.values(planes).find(({ stack }) => principal.startsWith(`${stack}-`));
      // The SDK's own types stand behind the operation's name.
      if (plane !== undefined) checks[operation]?.(plane, input as never);
    },
  };
};
