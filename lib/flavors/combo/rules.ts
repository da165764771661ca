import type { Allocation } from '../../core/group-spec.js';
import { groupId, instanceId } from '../../core/ids.js';
import type { Issue } from '../../core/issue.js';
import type { FlavorContext, FlavorMember } from '../../ports/flavor.js';
import { inits } from './merge.js';
import type { Part } from './parts.js';

/** What at most one flavor of a combo can have: there is one place for each in what the control plane keeps of a group. */
interface Single {
  readonly what: string;
  has(part: Part, context: FlavorContext, member: FlavorMember): boolean;
}

const SINGLES: readonly Single[] = [
  {
    what: 'form a cluster',
    has: ({ flavor, properties }, context) =>
      flavor.quorum(properties, context.allocation) !== undefined ||
      flavor.cluster?.(properties, context) !== undefined,
  },
  {
    what: 'drain',
    has: ({ flavor, properties }, context, member) =>
      flavor.drain(properties, context, member, false) !== undefined,
  },
];

/** What is wrong between flavors that are right by themselves. */
export const togetherIssues = (parts: readonly Part[], allocation: Allocation): readonly Issue[] => {
  const context = { stack: 'stack', group: groupId('group'), allocation };
  const slot = allocation.kind === 'logicalIds' ? allocation.logicalIds[0] : undefined;
  const member = { id: instanceId('i-0'), privateIp: '10.0.0.1' };
  const sample: FlavorMember = slot === undefined ? member : { ...member, logicalId: slot };
  return [
    ...SINGLES.flatMap(({ what, has }) => {
      const [first, second] = [...parts.entries()].filter(([, part]) => has(part, context, sample));
      if (first === undefined || second === undefined) return [];
      const [index, { flavor }] = second;
      const message = `only one flavor of a combo can ${what}: "${first[1].flavor.name}" before it does, and "${flavor.name}" as well; put them into two groups`;
      return [{ path: `[${index}]`, message }];
    }),
    ...shellIssues(inits(parts, context, slot)),
  ];
};

/** Scripts of ours are for bash, and the joined script is run by what its first line names. */
const shellIssues = (scripts: readonly { readonly index: number; readonly init: string }[]) => {
  const [first, ...others] = scripts;
  const shell = /^#!.*/.exec(first?.init ?? '')?.[0];
  if (first === undefined || shell === undefined || /\bbash\b/.test(shell)) return [];
  const bash = others.find(({ init }) => init.startsWith('#!/bin/bash\n'));
  if (bash === undefined) return [];
  const message = `its script begins with "${shell}", and that of [${bash.index}], which runs in the same shell, is for bash: begin with "#!/bin/bash"`;
  return [{ path: `[${first.index}]`, message }];
};
