import type { GroupView, InstanceView } from '../app/api-types.js';
import type { ClusterReport } from '../app/cluster-report.js';
import { instantOf } from './instant-of.js';
import type { Bucket, BucketCounts, Cell, ZonePicture } from './protocol.js';

/** A plan's buckets in the page's words; what is gone has no cell. */
const BUCKETS: Readonly<Record<string, Bucket>> = {
  healthy: 'healthy',
  booting: 'booting',
  unhealthy: 'unhealthy',
  unknown: 'unknown',
  absent: 'unknown',
  leaving: 'draining',
  ending: 'ending',
};

/** Buckets that hold a declared place; one that drains holds it until it is ended. */
const HOLDING: readonly Bucket[] = ['healthy', 'outdated', 'booting', 'unhealthy', 'unknown', 'draining'];

/** A cell for each instance, each that is on order, missing or to come: by zone, then logical ID or age. */
export const cellsOf = (view: GroupView, cluster?: ClusterReport): readonly Cell[] => {
  const there = view.Instances.flatMap((instance) => cellOf(view, instance, cluster)).sort(byPlace);
  const held = there.filter(({ bucket }) => HOLDING.includes(bucket));
  return [...there, ...absentCells(view, held)];
};

const cellOf = (view: GroupView, instance: InstanceView, cluster?: ClusterReport): readonly Cell[] => {
  const bucket = bucketOf(view, instance);
  if (bucket === undefined) return [];
  const member = cluster?.Members.find(
    ({ Instance, Address }) =>
      Instance === instance.ID || (Address !== undefined && Address === instance.PrivateIP),
  );
  const { LogicalID, Zone, InstanceType, PrivateIP, ConfigHash, LaunchedAt } = instance;
  return [
    {
      instance: instance.ID,
      ...(LogicalID === undefined ? {} : { logicalId: LogicalID }),
      bucket,
      reason: reasonOf(bucket, instance),
      ...(Zone === undefined ? {} : { zone: Zone }),
      ...(InstanceType === undefined ? {} : { type: InstanceType }),
      ...(PrivateIP === undefined ? {} : { privateIp: PrivateIP }),
      state: instance.State,
      health: instance.Health,
      upToDate: instance.UpToDate,
      ...(instance.Proving ? { proving: true } : {}),
      ...(ConfigHash === undefined ? {} : { configHash: ConfigHash }),
      ...(LaunchedAt === undefined ? {} : { launchedAt: instantOf(LaunchedAt) }),
      ...(member === undefined ? {} : { role: member.Role }),
      ...(instance.Leader || member?.Leader ? { leader: true } : {}),
    },
  ];
};

const bucketOf = ({ LogicalIDs }: GroupView, instance: InstanceView): Bucket | undefined => {
  const bucket = BUCKETS[instance.Bucket];
  if (bucket !== 'healthy') return bucket;
  const isDeclared = LogicalIDs?.some((id) => id === instance.LogicalID) ?? true;
  if (!isDeclared) return 'surplus';
  return instance.UpToDate ? 'healthy' : 'outdated';
};

const reasonOf = (bucket: Bucket, { Reason, Bucket: planned }: InstanceView): string => {
  const why = Reason || planned;
  return bucket === 'surplus' ? `not declared; ${why}` : why;
};

const byPlace = (a: Cell, b: Cell): number =>
  text(a.zone, b.zone) ||
  text(a.logicalId, b.logicalId) ||
  (a.launchedAt ?? 0) - (b.launchedAt ?? 0) ||
  text(a.instance, b.instance);

const text = (a = '', b = ''): number => (a === b ? 0 : a < b ? -1 : 1);

/** What is on order as `booting`, and declared places that nothing holds: `later` if they come only then, or `missing`. */
const absentCells = (view: GroupView, held: readonly Cell[]): readonly Cell[] => {
  if (view.Watch !== 'watched') return [];
  const launches = view.OpenOrders.filter(({ Kind }) => Kind === 'launch');
  const growsBy = view.GrowsLater?.Count ?? 0;
  // An order stays open for a moment after its instances came.
  const room = Math.max(0, Math.max(view.Declared - growsBy, view.Budget.Ceiling) - held.length);
  const ordered = launches
    .flatMap(({ Reason, Count = 1 }): readonly Cell[] =>
      Array.from({ length: Count }, () => ({ bucket: 'booting', reason: `being launched: ${Reason}` })),
    )
    .slice(0, room);
  if (view.LogicalIDs !== undefined) {
    const free = view.LogicalIDs.filter((id) => !held.some(({ logicalId }) => logicalId === id));
    const later = new Set(view.GrowsLater?.LogicalIDs);
    const [now, then] = [free.filter((id) => !later.has(id)), free.filter((id) => later.has(id))];
    return [
      ...now.map((logicalId, index) => ({ ...(ordered[index] ?? MISSING), logicalId })),
      ...then.map((logicalId) => ({ ...LATER, logicalId })),
    ];
  }
  const free = Math.max(0, view.Declared - held.length - ordered.length);
  const later = Math.min(free, growsBy);
  return [
    ...ordered,
    ...Array.from({ length: free - later }, () => MISSING),
    ...Array.from({ length: later }, () => LATER),
  ];
};

const MISSING: Cell = { bucket: 'missing', reason: 'declared, and not there' };
const LATER: Cell = { bucket: 'later', reason: 'comes when the rollout is over: a group grows last' };

export const countsOf = (cells: readonly Cell[]): BucketCounts => {
  const counts: Partial<Record<Bucket, number>> = {};
  for (const { bucket } of cells) counts[bucket] = (counts[bucket] ?? 0) + 1;
  return counts;
};

/** In the order of the cells, so zones come sorted, and what is in none last. */
export const pictureOf = (cells: readonly Cell[]): readonly ZonePicture[] => {
  const zones = new Map<string, Bucket[]>();
  for (const { zone = '', bucket } of cells) {
    const known = zones.get(zone) ?? [];
    known.push(bucket);
    zones.set(zone, known);
  }
  const sorted = [...zones].map(([zone, buckets]) => ({ zone, cells: buckets }));
  return [...sorted.filter(({ zone }) => zone !== ''), ...sorted.filter(({ zone }) => zone === '')];
};
