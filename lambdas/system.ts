import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../lib/ports/clock.js';
import type { Random } from '../lib/ports/random.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export const systemRandom: Random = {
  id: () => randomUUID(),
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
};
