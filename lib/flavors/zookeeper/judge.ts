import type { ClusterMember, ClusterView } from '../../core/cluster.js';
import type { InstanceId } from '../../core/ids.js';
import type { HealthReport } from '../../core/instance.js';
import { majorityOf } from '../../core/quorum.js';
import type { FlavorMember, NodeOutput, ProbeAnswer } from '../../ports/flavor.js';
import { CANNOT_SAY } from '../node/boot-script.js';
import { isServing, type Look, type Mode, readLook, type Server, serves } from './look.js';

const NO_OUTPUT: ReadonlyMap<InstanceId, NodeOutput> = new Map();

const outputsOf = (answer: ProbeAnswer): ReadonlyMap<InstanceId, NodeOutput> =>
  answer.kind === 'output' ? answer.byInstance : NO_OUTPUT;

type Looks = ReadonlyMap<InstanceId, Look>;

const looksOf = (answer: ProbeAnswer): Looks =>
  new Map(
    [...outputsOf(answer)]
      .flatMap(([id, output]) => {
        const look = readLook(output);
        return look === undefined ? [] : [[id, look] as const];
      })
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/**
 * Healthy is a server that serves and that another one, which serves, has as a participant in its configuration. Its own
 * word is enough only when it is the whole ensemble. One that is silent is judged by how it answers the others: that it
 * answers none takes the words of a majority.
 */
export const judgeMembers = (
  members: readonly FlavorMember[],
  answer: ProbeAnswer,
): ReadonlyMap<InstanceId, HealthReport> => {
  const looks = looksOf(answer);
  return new Map(members.map((member) => [member.id, reportOf(member, looks)]));
};

const reportOf = ({ id, logicalId, privateIp }: FlavorMember, looks: Looks): HealthReport => {
  const address = privateIp ?? logicalId;
  const own = looks.get(id);
  const others = [...looks].filter(([other, look]) => other !== id && serves(look));
  const [first] = others;
  if (address === undefined) return { health: 'unknown', reason: 'its address is not known yet' };
  if (first === undefined) return alone(address, own);
  const [witness, { servers }] = first;
  const entries = others.flatMap(([, look]) => look.servers.filter((server) => server.address === address));
  const entry = entries.find(({ role }) => role === 'participant') ?? entries[0];
  if (entry === undefined)
    return { health: 'unhealthy', reason: `not in the ensemble, by the configuration of ${witness}` };
  if (entry.role === 'observer')
    return { health: 'unhealthy', reason: `has no vote, by the configuration of ${witness}` };
  if (own === undefined)
    return bySight(entry, others.map(([, look]) => look).filter(hasVote), servers.filter(isVoter).length);
  if (!serves(own)) return { health: 'unhealthy', reason: `${DOES_NOT[own.mode]} while ${witness} serves` };
  return healthy(own.mode, entry.id);
};

const isVoter = ({ role }: Server): boolean => role === 'participant';

const hasVote = ({ self, servers }: Look): boolean =>
  servers.some((server) => server.id === self && isVoter(server));

/** How the others that have a vote see one that is silent. */
const bySight = ({ id }: Server, others: readonly Look[], voters: number): HealthReport => {
  const sights = others.flatMap(({ servers }) => servers.filter((server) => server.id === id));
  const seen = sights.map(({ mode }) => mode).find(isServing);
  if (seen !== undefined) return healthy(seen, id);
  const silent = sights.filter(({ mode }) => mode === 'none').length;
  return silent >= majorityOf(voters)
    ? { health: 'unhealthy', reason: `does not serve, by ${silent} of the ${voters} servers` }
    : { health: 'unknown', reason: 'it did not answer' };
};

const DOES_NOT: Readonly<Record<Look['mode'], string>> = {
  leader: 'has no configuration',
  follower: 'has no configuration',
  observer: 'only observes',
  none: 'serves no requests',
  down: 'its server does not answer',
};

/** When no other that serves has answered. */
const alone = (address: string, own: Look | undefined): HealthReport => {
  if (own === undefined) return { health: 'unknown', reason: 'neither it nor another that serves answered' };
  if (!serves(own))
    return { health: 'unknown', reason: `${DOES_NOT[own.mode]}, nor does another that answered` };
  const [only, ...more] = own.servers;
  if (only?.address === address && only.role === 'participant' && more.length === 0)
    return healthy(own.mode, only.id);
  return { health: 'unknown', reason: 'no other that serves answered' };
};

const healthy = (mode: Mode, server: string): HealthReport => ({
  health: 'healthy',
  reason: `${mode}, server ${server}`,
  ...(mode === 'leader' ? { leader: true } : {}),
});

/**
 * The configuration that serving servers report, the leader's if it answered. `size`: how many members the ensemble was
 * to have; when every one says that it was not set up yet, there is no ensemble.
 */
export const viewOf = (answer: ProbeAnswer, size: number): ClusterView | undefined => {
  const looks = [...looksOf(answer).values()];
  const serving = looks.filter(serves);
  const source = serving.find(({ mode }) => mode === 'leader') ?? serving[0];
  if (source !== undefined)
    return { kind: 'read', members: source.servers.map((it) => memberOf(it, serving)) };
  const refusing = looks.filter(({ mode }) => mode === 'none').length;
  if (refusing > 0)
    return { kind: 'lost', reason: `none serves requests, and ${refusing} of ${size} say so` };
  const notSetUp = [...outputsOf(answer).values()].filter(({ exitCode }) => exitCode === CANNOT_SAY).length;
  if (notSetUp >= size) return undefined;
  return { kind: 'unreadable', reason: 'no member that serves has answered' };
};

/** It serves by its own word, or by that of another who asked it. */
const memberOf = ({ id, address, role }: Server, serving: readonly Look[]): ClusterMember => {
  const modes = serving.flatMap(({ self, mode, servers }) =>
    self === id ? [mode] : servers.filter((server) => server.id === id).map((server) => server.mode),
  );
  return {
    name: id,
    address,
    role,
    votes: role === 'participant',
    reachable: modes.some(isServing),
    leader: modes.includes('leader'),
  };
};
