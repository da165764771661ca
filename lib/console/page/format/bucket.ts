import type { Bucket, BucketCounts } from '../../protocol.js';

/** How something reads: `good` needs nothing, `busy` is under way, `bad` needs someone, `doubt` may, `still` is over. */
export type Tone = 'good' | 'busy' | 'bad' | 'doubt' | 'leave' | 'still';

interface BucketLook {
  readonly word: string;
  readonly tone: Tone;
}

/** In the order in which they are listed. */
export const BUCKETS: Readonly<Record<Bucket, BucketLook>> = {
  healthy: { word: 'healthy', tone: 'good' },
  outdated: { word: 'outdated', tone: 'good' },
  surplus: { word: 'surplus', tone: 'leave' },
  booting: { word: 'booting', tone: 'busy' },
  unhealthy: { word: 'unhealthy', tone: 'bad' },
  unknown: { word: 'unknown', tone: 'doubt' },
  draining: { word: 'draining', tone: 'leave' },
  ending: { word: 'ending', tone: 'still' },
  missing: { word: 'missing', tone: 'bad' },
  later: { word: 'to come', tone: 'still' },
};

const ORDER: readonly Bucket[] = [
  'healthy',
  'outdated',
  'booting',
  'draining',
  'surplus',
  'ending',
  'unknown',
  'unhealthy',
  'missing',
  'later',
];

/** Buckets that hold something, in one order, with how many. */
export const filledBuckets = (counts: BucketCounts): readonly (readonly [Bucket, number])[] =>
  ORDER.flatMap((bucket) => {
    const count = counts[bucket] ?? 0;
    return count === 0 ? [] : [[bucket, count] as const];
  });

/** `3 healthy, 1 booting`; `no instances` for none. */
export const countsText = (counts: BucketCounts): string =>
  filledBuckets(counts)
    .map(([bucket, count]) => `${count} ${BUCKETS[bucket].word}`)
    .join(', ') || 'no instances';

/** How many cells are in each bucket. */
export const countBuckets = (cells: readonly Bucket[]): BucketCounts => {
  const counts: Partial<Record<Bucket, number>> = {};
  for (const bucket of cells) counts[bucket] = (counts[bucket] ?? 0) + 1;
  return counts;
};
