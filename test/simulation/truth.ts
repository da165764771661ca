import type { InstanceSight } from '../../lib/local/ec2/index.js';
import type { LocalCloud } from '../../lib/local/local-cloud.js';
import type { Models } from '../../lib/local/models/index.js';

const LIVE: ReadonlySet<string> = new Set(['pending', 'running', 'stopping', 'stopped']);

/** How the world is, by the cloud's own books: never by what anybody of ours believes. */
export class Truth {
  readonly #cloud: LocalCloud;
  readonly #models: Models | undefined;
  /** Since when each instance has been of use, or of none, as often looked at. */
  readonly #since = new Map<string, { available: boolean; at: number }>();
  /** Launched by others and tagged by us: members. */
  readonly adopted = new Set<string>();
  /** EC2 has announced that it takes them, or advised to move them. */
  readonly leaving = new Set<string>();
  readonly taken = new Set<string>();
  readonly #served = new Set<string>();

  /** Who carried our tags before the group was watched became a member by that command, and is on record for it. */
  readonly #isWatched: (stack: string, group: string, id: string) => boolean;

  constructor(
    cloud: LocalCloud,
    models: Models | undefined,
    isOnRecord: (stack: string, group: string, id: string) => boolean,
  ) {
    this.#cloud = cloud;
    this.#models = models;
    this.#isWatched = isOnRecord;
  }

  /** To be called often: what changes between two looks is noticed at the second. */
  look(): void {
    const now = this.#cloud.clock.now();
    for (const sight of this.#cloud.ec2.instances()) {
      const available = this.#isAvailable(sight);
      if (available) this.#served.add(sight.id);
      if (this.#since.get(sight.id)?.available !== available)
        this.#since.set(sight.id, { available, at: now });
    }
  }

  /** Live instances of a group: launched by us under its tags, or adopted. */
  members(stack: string, group: string): readonly InstanceSight[] {
    return this.#cloud.ec2
      .instances()
      .filter(({ id, state, tags }) => LIVE.has(state) && this.#isOurs(id, stack, group, tags));
  }

  #isOurs(id: string, stack: string, group: string, tags: Readonly<Record<string, string>>): boolean {
    const entry = this.#cloud.ec2.books.get(id);
    if (entry === undefined) return false;
    const launched = entry.foreign ? undefined : entry.tagsAtLaunch;
    if (launched !== undefined)
      return launched['holdfast.stack'] === stack && launched['infrakit.group'] === group;
    const tagged = tags['holdfast.stack'] === stack && tags['infrakit.group'] === group;
    return tagged && (this.adopted.has(id) || this.#isWatched(stack, group, id));
  }

  /** It runs, and its cluster reaches it and decides; without one, it passes its status checks. */
  isAvailable(id: string): boolean {
    const sight = this.#cloud.ec2.instance(id);
    return sight !== undefined && this.#isAvailable(sight);
  }

  #isAvailable({ id, state, checks, instanceProfile }: InstanceSight): boolean {
    if (state !== 'running') return false;
    for (const { members, decides } of this.#models?.clusters() ?? []) {
      const member = members.find(({ instance }) => instance === id);
      if (member !== undefined) return member.reachable && decides;
    }
    // Members of clusters alone are launched with a role.
    if (instanceProfile !== undefined) return false;
    return checks.instance === 'ok' && checks.system === 'ok';
  }

  /** Whether it was ever of use. */
  wasAvailable(id: string): boolean {
    return this.#served.has(id);
  }

  /** Instances that ever came of an order. */
  launchedBy(token: string): number {
    return this.#cloud.ec2.books.byToken(token).length;
  }

  /** Milliseconds since it became what it is now; a long time when it was never looked at. */
  unchangedFor(id: string): number {
    const since = this.#since.get(id);
    return since === undefined ? 0 : this.#cloud.clock.now() - since.at;
  }

  /** The cluster that an instance is a voter of. */
  clusterOf(id: string) {
    return this.#models
      ?.clusters()
      .find(({ members }) => members.some(({ instance, votes }) => instance === id && votes));
  }
}
