import { EC2ServiceException } from '@aws-sdk/client-ec2';
import type { Clients } from '../../lib/local/clients.js';
import type { LocalClock } from '../../lib/local/clock.js';
import type { Random } from '../../lib/ports/random.js';
import { tapClient } from '../tap-client.js';
import { type BucketSize, tokenBucket } from '../token-bucket.js';

/** Assumed latencies in milliseconds of virtual time. */
export const LATENCY_MS = { describe: 150, change: 1_000, store: 10, other: 10 } as const;

/**
 * An account's limits unless raised, shared by all functions: Amazon EC2 Developer Guide, "Request throttling for the
 * Amazon EC2 API".
 */
export const BUCKETS = {
  RunInstances: { holds: 5, refillsPerSecond: 2 },
  TerminateInstances: { holds: 100, refillsPerSecond: 5 },
  describe: { holds: 100, refillsPerSecond: 20 },
} as const satisfies Record<string, BucketSize>;

/** Of our EC2 clients, with the SDK's wait between them after a refusal for load: up to so long, by luck. */
const ATTEMPTS = 2;
const RETRY_MS = 500;

/** Calls take their time, and more than the account may make are refused; only while `inForce`. */
export interface Limits {
  inForce: boolean;
  /** By operation. */
  readonly refused: Map<string, number>;
}

/** The clients of each function are to be given once; the buckets are the account's. */
export const accountLimits = (
  clock: LocalClock,
  sleep: (milliseconds: number) => Promise<void>,
  random: Pick<Random, 'fraction'>,
) => {
  const limits: Limits = { inForce: false, refused: new Map() };
  const buckets = new Map<string, () => boolean>();
  const bucketOf = (operation: string): (() => boolean) => {
    const size = operation in BUCKETS ? BUCKETS[operation as keyof typeof BUCKETS] : BUCKETS.describe;
    const bucket = buckets.get(operation) ?? tokenBucket(clock, size);
    buckets.set(operation, bucket);
    return bucket;
  };
  const apply = ({ ec2, sqs, events }: Clients): void => {
    for (const client of [sqs, events]) {
      tapClient(client, async (_call, next) => {
        if (limits.inForce) await sleep(LATENCY_MS.other);
        return next();
      });
    }
    tapClient(ec2, async ({ operation }, next) => {
      if (!limits.inForce) return next();
      for (let attempt = 1; ; attempt += 1) {
        await sleep(operation.startsWith('Describe') ? LATENCY_MS.describe : LATENCY_MS.change);
        if (bucketOf(operation)()) return next();
        limits.refused.set(operation, (limits.refused.get(operation) ?? 0) + 1);
        if (attempt === ATTEMPTS) throw tooMany();
        await sleep(Math.floor(random.fraction() * RETRY_MS));
      }
    });
  };
  return { limits, apply };
};

const tooMany = (): Error =>
  new EC2ServiceException({
    name: 'RequestLimitExceeded',
    message: 'Request limit exceeded.',
    $fault: 'client',
    $metadata: { httpStatusCode: 503 },
  });
