import type { Random } from '../../ports/random.js';
import type { LocalClock } from '../clock.js';
import type { Faults } from '../faults.js';
import type { WritableBooks } from './books.js';
import type { ClientTokens } from './client-tokens.js';
import type { Lifecycle } from './lifecycle.js';
import type { Ec2State } from './state.js';
import type { Timing, World } from './world.js';

/** How many items a page holds. */
export interface PageSizes {
  /** When the caller names no MaxResults. EC2 may always return fewer; ours are tiny so that nobody forgets to page. */
  readonly byDefault: number;
  /** However much the caller asks for. EC2 API Reference, DescribeInstances: 1000. */
  readonly atMost: number;
}

/** What every operation works on. */
export interface Ec2Context {
  readonly clock: LocalClock;
  readonly faults: Faults;
  readonly random: Random;
  readonly timing: Timing;
  readonly pages: PageSizes;
  readonly state: Ec2State;
  readonly books: WritableBooks;
  readonly lifecycle: Lifecycle;
  readonly tokens: () => ClientTokens;
  readonly world: () => World;
  /** The value of an SSM parameter, for `resolve:ssm:` images. */
  readonly resolveParameter: (name: string) => Promise<string | undefined>;
  /** A fresh id such as `i-…`, in no order. */
  readonly newId: (prefix: string) => string;
  readonly nextSequence: () => number;
}
