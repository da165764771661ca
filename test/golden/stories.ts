import { instanceId } from '../../lib/core/ids.js';
import { MINUTE, NOON, SECOND, V2, ZONES } from '../core/planner-samples.js';
import type { PlannerWorld } from '../support/planner-world.js';

export interface Story {
  /** The name of its file, without `.txt`. */
  readonly name: string;
  readonly tell: (world: PlannerWorld) => void;
}

const three = { size: 3, pools: ZONES };
const five = { size: 5, pools: ZONES };
const pets = { pets: ['a', 'b', 'c'] };

/** Whole lives of groups. The limits of each are stated by hand. */
export const STORIES: readonly Story[] = [
  {
    name: 'converge-three',
    tell: (world) => {
      world.declare(three, { atMost: 3, atLeast: 2 });
      world.note('size 3 over zones a, b and c');
      world.settle();
    },
  },
  {
    name: 'converge-ten',
    tell: (world) => {
      world.declare({ size: 10, pools: ZONES }, { atMost: 10, atLeast: 9 });
      world.note('size 10 over zones a, b and c');
      world.settle();
    },
  },
  {
    name: 'kill-one',
    tell: (world) => {
      world.declare(three, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('somebody terminates i-02');
      world.kill('i-02');
      world.settle();
    },
  },
  {
    name: 'kill-two-of-five',
    tell: (world) => {
      world.declare(five, { atMost: 5, atLeast: 4 });
      world.settle();
      world.note('i-01 and i-02 end at once: the breaker replaces one at a time');
      world.kill('i-01', 'i-02');
      world.settle();
    },
  },
  {
    name: 'empty-read',
    tell: (world) => {
      world.declare(three, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('EC2 shows nothing any more, though all three run');
      world.hide(true);
      world.run(5 * MINUTE);
      world.note('EC2 shows all three again');
      world.hide(false);
      world.settle();
    },
  },
  {
    name: 'scale-up',
    tell: (world) => {
      world.declare(three, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('size 5');
      world.declare(five, { atMost: 5, atLeast: 4 });
      world.settle();
    },
  },
  {
    name: 'scale-down-with-an-unhealthy-one',
    tell: (world) => {
      world.declare(five, { atMost: 5, atLeast: 4 });
      world.settle();
      world.note('i-01 is impaired, then size 3');
      world.sicken('i-01');
      world.run(2 * MINUTE);
      world.declare(three, { atMost: 3, atLeast: 2 });
      world.settle();
    },
  },
  {
    name: 'boot-loop-then-fix',
    tell: (world) => {
      world.declare({ size: 3 }, { atMost: 3, atLeast: 2 });
      world.note('every launch ends after 5 s');
      world.launchesAre({ dieAfterMs: 5 * SECOND });
      world.run(5 * MINUTE);
      world.note('a new config is committed, which boots');
      world.launchesAre({});
      world.declare({ size: 3, hash: V2 }, { atMost: 3, atLeast: 2 });
      world.settle();
    },
  },
  {
    name: 'never-healthy',
    tell: (world) => {
      world.declare({ size: 2, repair: { graceSeconds: 120 } }, { atMost: 2, atLeast: 1 });
      world.note('every launch runs, and none is ever healthy; grace 2 minutes');
      world.launchesAre({ neverHealthy: true });
      world.run(6 * MINUTE);
      world.note('launches are well again');
      world.launchesAre({});
      world.settle();
    },
  },
  {
    name: 'pets-lose-one',
    tell: (world) => {
      world.declare(pets, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('b is impaired: ended past its grace, and its place waits for terminated');
      world.sicken('i-02');
      world.settle();
      world.note('c ends by itself');
      world.kill('i-03');
      world.settle();
    },
  },
  {
    name: 'pet-exchange',
    tell: (world) => {
      world.declare(pets, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('logical IDs a, d and e instead of a, b and c: one after the other');
      world.declare({ pets: ['a', 'd', 'e'] }, { atMost: 3, atLeast: 2 });
      world.settle();
    },
  },
  {
    name: 'launch-first-repair',
    tell: (world) => {
      world.declare({ size: 3, repair: { launchFirst: true } }, { atMost: 4, atLeast: 2 });
      world.settle();
      world.note('i-01 is impaired');
      world.sicken('i-01');
      world.settle();
    },
  },
  {
    name: 'freeze-in-the-middle',
    tell: (world) => {
      world.declare(three, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('frozen for ten minutes; then i-02 ends');
      world.command({ freeze: { reason: 'gala', since: world.now(), until: world.now() + 10 * MINUTE } });
      world.kill('i-02');
      world.run(10 * MINUTE - SECOND);
      world.note('the freeze runs out');
      world.run(SECOND);
      world.command({ freeze: undefined });
      world.settle();
    },
  },
  {
    name: 'no-room-in-one-zone',
    tell: (world) => {
      world.declare({ size: 6, pools: ZONES }, { atMost: 6, atLeast: 5 });
      world.note('zone b is full');
      world.fill('subnet-b');
      world.settle();
      world.note('zone b has room again; i-01 ends');
      world.fill();
      world.run(4 * MINUTE);
      world.kill('i-01');
      world.settle();
    },
  },
  {
    name: 'no-room-anywhere',
    tell: (world) => {
      world.declare({ size: 2, pools: ZONES }, { atMost: 2, atLeast: 1 });
      world.fill('subnet-a', 'subnet-b', 'subnet-c');
      world.run(2 * MINUTE);
      world.note('there is room again');
      world.fill();
      world.settle();
    },
  },
  {
    name: 'spot-interruption',
    tell: (world) => {
      world.declare(three, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('EC2 will take i-03');
      world.warn('i-03', 'interruption', 'spot interruption: EC2 takes it in two minutes');
      world.settle();
      world.note('EC2 advises to move i-01 and i-02');
      world.warn('i-01', 'advice', 'rebalance recommendation');
      world.warn('i-02', 'advice', 'rebalance recommendation');
      world.settle();
      world.run(10 * MINUTE);
    },
  },
  {
    name: 'named-instances',
    tell: (world) => {
      const surge = {
        maxUnavailable: { kind: 'count', count: 0 },
        maxSurge: { kind: 'count', count: 1 },
      } as const;
      world.declare({ size: 3, updating: surge }, { atMost: 4, atLeast: 3 });
      world.settle();
      world.note('a user names i-01 and i-02, to be replaced; surge 1, none unavailable');
      const naming = ['i-01', 'i-02'].map((id) => ({ instance: instanceId(id), reason: 'named by a user' }));
      world.command({ destroying: naming });
      world.run(10 * MINUTE);
    },
  },
  {
    name: 'destroy',
    tell: (world) => {
      world.declare(three, { atMost: 3, atLeast: 0 });
      world.run(30 * SECOND);
      world.note(`destroyed while it boots, ${(world.now() - NOON) / SECOND} s after the commit`);
      world.command({ watch: 'destroying' });
      world.run(5 * MINUTE);
    },
  },
];
