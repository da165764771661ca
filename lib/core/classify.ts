import type { ConfigHash, Instant, RolloutId } from './ids.js';
import { isLive } from './instance.js';
import type { Member, Observation } from './observation.js';
import type { Order } from './order.js';

/**
 * Where a member stands; each is in exactly one bucket.
 * `leaving`: a drain or destroy of ours is open. `ending`: EC2 is taking it down. `gone`: proved gone.
 * `absent`: EC2 shows it nowhere, not long enough to be gone. `booting`: never healthy, still within its grace.
 */
export type Bucket =
  | 'healthy'
  | 'booting'
  | 'unhealthy'
  | 'unknown'
  | 'absent'
  | 'leaving'
  | 'ending'
  | 'gone';

export interface Classified {
  readonly member: Member;
  readonly bucket: Bucket;
  readonly outdated: boolean;
  /** Launched by the rollout under way, whose health checks have yet to prove it: it is no more than booting. */
  readonly proving: boolean;
  /** Unhealthy or not yet healthy for longer than the grace, or unknown for ten minutes. */
  readonly pastGrace: boolean;
  /** When its grace ends; nothing is done to it before. */
  readonly graceEndsAt: Instant;
}

export interface ClassifyOptions {
  readonly orders: readonly Order[];
  readonly configHash: ConfigHash;
  readonly graceSeconds: number;
  readonly now: Instant;
  /** Everything launched before is outdated. */
  readonly restartBefore?: Instant | undefined;
  /** The rollout under way, and how long its new instances have to become healthy. */
  readonly rollout?: { readonly id: RolloutId; readonly healthTimeoutSeconds: number } | undefined;
}

/** Unknown alarms after ten minutes, whatever the grace of the unhealthy is (protocol rule 20). */
const UNKNOWN_GRACE_MS = 600_000;

/**
 * Sorts members into buckets, oldest first, so that the order in which they were read decides nothing.
 * A stopped instance is unhealthy, whatever its flavor last said.
 */
export const classify = (observed: Observation, options: ClassifyOptions): readonly Classified[] => {
  const leaving = new Set(
    options.orders.flatMap((order) => (order.kind === 'launch' ? [] : [order.instance])),
  );
  return oldestFirst(observed.members).map((member) => {
    const { rollout } = options;
    const proving = rollout !== undefined && member.proving === rollout.id;
    const served = member.everHealthy && !proving;
    const graceStartsAt = served ? member.healthSince : member.launchedAt;
    const graceSeconds = proving ? rollout.healthTimeoutSeconds : options.graceSeconds;
    const healthGraceEndsAt = graceStartsAt + graceSeconds * 1000;
    const isOver = proving ? isGivenUp(member, healthGraceEndsAt) : options.now >= healthGraceEndsAt;
    const answered = proving || !member.unanswered;
    const bucket = bucketOf(member, { leaving: leaving.has(member.id), served, isOver, answered });
    const graceEndsAt = bucket === 'unknown' ? member.healthSince + UNKNOWN_GRACE_MS : healthGraceEndsAt;
    return {
      member,
      bucket,
      outdated: isOutdated(member, options),
      proving,
      pastGrace: (bucket === 'unhealthy' || bucket === 'unknown') && options.now >= graceEndsAt,
      graceEndsAt,
    };
  });
};

/** The id only makes the order total. Sorts small keys: ten thousand members take a few milliseconds. */
const oldestFirst = (members: readonly Member[]): readonly Member[] =>
  members
    .map((member) => ({ at: member.launchedAt, id: member.id, member }))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .map(({ member }) => member);

/** Of another config, or launched before a restart was asked for. */
export const isOutdated = (
  member: Pick<Member, 'configHash' | 'launchedAt'>,
  { configHash, restartBefore }: Pick<ClassifyOptions, 'configHash' | 'restartBefore'>,
): boolean =>
  member.configHash !== configHash || (restartBefore !== undefined && member.launchedAt < restartBefore);

/**
 * A health check after its time has found it not healthy. Time alone proves nothing: nobody may have asked, because the
 * rollout was frozen or its execution dead.
 */
const isGivenUp = ({ checks }: Member, healthTimeoutAt: Instant): boolean =>
  checks?.notHealthyAt !== undefined && checks.notHealthyAt >= healthTimeoutAt && checks.healthy === 0;

interface Standing {
  readonly leaving: boolean;
  /** It has been a healthy member. */
  readonly served: boolean;
  /** Its time to become one is over. */
  readonly isOver: boolean;
  /** Somebody has asked, and was answered. */
  readonly answered: boolean;
}

const bucketOf = (member: Member, { leaving, served, isOver, answered }: Standing): Bucket => {
  if (member.goneAt !== undefined || member.state === 'terminated') return 'gone';
  if (member.state === 'shutting-down') return 'ending';
  if (leaving) return 'leaving';
  if (member.absentSince !== undefined) return 'absent';
  if (member.state === 'stopping' || member.state === 'stopped') return 'unhealthy';
  if (!served && !isOver) return 'booting';
  // Never healthy for too long is a failed launch, but not while nobody has been asked, or can be.
  if (!served) return answered || member.state !== 'running' ? 'unhealthy' : 'unknown';
  if (member.health === 'healthy' && isLive(member.state)) return 'healthy';
  return member.health === 'unhealthy' ? 'unhealthy' : 'unknown';
};

/** Members that hold a place: neither going nor gone. */
export const isStaying = (entry: Classified): boolean =>
  entry.bucket !== 'leaving' && entry.bucket !== 'ending' && entry.bucket !== 'gone';
