import type { ClusterView } from '../../core/cluster.js';
import type { InstanceId } from '../../core/ids.js';
import type { HealthReport } from '../../core/instance.js';
import type { FlavorMember, NodeOutput, ProbeAnswer } from '../../ports/flavor.js';
import { CANNOT_SAY } from '../node/boot-script.js';
import { type Said, type Sight, said } from './answer.js';

const healthy = (reason: string): HealthReport => ({ health: 'healthy', reason });
const unknown = (reason: string): HealthReport => ({ health: 'unknown', reason });
const unhealthy = (reason: string): HealthReport => ({ health: 'unhealthy', reason });

/** Whether members are in the primary component, in sync and ready, by their own word and that of the others. */
export const judgeMembers = (
  members: readonly FlavorMember[],
  answer: ProbeAnswer,
): ReadonlyMap<InstanceId, HealthReport> => {
  const all = said(answer);
  return new Map(members.map((member) => [member.id, judge(member, all)]));
};

const judge = (member: FlavorMember, all: Said): HealthReport => {
  const { primary, sights, outputs } = all;
  const [speaker] = primary;
  const own = sights.get(member.id);
  if (speaker === undefined) return unknown(trouble(all) ?? words(outputs.get(member.id)));
  const address = member.privateIp ?? member.logicalId;
  const listed = primary.filter(({ members }) => address !== undefined && members.has(address));
  if (own === undefined && listed.length === 0)
    return unhealthy(`not in the cluster, as ${speaker.id} sees it`);
  if (own === undefined) return unknown(words(outputs.get(member.id)));
  if (own.status !== 'Primary')
    return unhealthy(`${own.status}, while ${speaker.id} is in the primary component`);
  if (own.cluster !== speaker.cluster) return unhealthy(`of another cluster than ${speaker.id}`);
  if (listed.length < primary.length) return unknown('members see different members');
  return ofPrimary(own);
};

/** What blocks a member of the primary component from serving. */
const ofPrimary = ({ state, ready }: Sight): HealthReport => {
  if (state !== 'Synced' && state !== 'Donor/Desynced') return unknown(`in the primary component, ${state}`);
  if (!ready) return unhealthy(`in the primary component, ${state}, but not ready`);
  return healthy(state === 'Synced' ? 'Primary, Synced, ready' : 'Primary, ready, feeds a joining member');
};

/** Why there is no primary component to go by; `undefined` when nobody said anything about it. */
const trouble = ({ divided, sights }: Said): string | undefined => {
  if (divided) return 'members are of different clusters';
  const cut = [...sights.values()].find(({ status }) => status === 'non-Primary');
  return cut && `${cut.id} sees ${cut.members.size} members, too few for a primary component`;
};

const words = (output: NodeOutput | undefined): string => {
  if (output === undefined) return 'did not answer';
  if (output.exitCode === 0) return 'its answer cannot be read';
  const line = output.stderr.trim().split('\n').at(-1) ?? '';
  return line.replace(/^holdfast: /, '').slice(0, 200) || `exit code ${output.exitCode}`;
};

/**
 * The member list of the primary component. While members join or die they may disagree for seconds: reachable is who
 * is on every list.
 */
export const viewOf = (answer: ProbeAnswer): ClusterView | undefined => {
  const all = said(answer);
  const { primary, outputs, divided } = all;
  if (primary.length > 0) {
    const addresses = [...new Set(primary.flatMap(({ members }) => [...members]))].sort();
    return {
      kind: 'read',
      members: addresses.map((address) => ({
        name: address,
        address,
        role: 'member',
        votes: true,
        reachable: primary.every(({ members }) => members.has(address)),
        leader: false,
      })),
    };
  }
  const reason = trouble(all);
  if (reason !== undefined) return { kind: divided ? 'unreadable' : 'lost', reason };
  const unfounded = [...outputs.values()].some(
    ({ exitCode, stdout }) => exitCode === CANNOT_SAY && stdout.trim() === 'cluster none',
  );
  if (unfounded) return undefined;
  return { kind: 'unreadable', reason: words([...outputs.values()][0]) };
};
