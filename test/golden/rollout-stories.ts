import { instanceId } from '../../lib/core/ids.js';
import { count, MINUTE, percent, SECOND, V2, V3, ZONES } from '../core/planner-samples.js';
import type { Story } from './stories.js';

const three = { size: 3, pools: ZONES };
const surge = { maxUnavailable: count(0), maxSurge: count(1) };
const pets = { pets: ['a', 'b', 'c'] };

/** Rolling updates that nothing goes wrong with. */
export const ROLLOUT_STORIES: readonly Story[] = [
  {
    name: 'roll-one-at-a-time',
    tell: (world) => {
      world.declare(three, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('v2; every drain takes 10 s');
      world.drainsTake(10 * SECOND);
      world.declare({ ...three, hash: V2 }, { atMost: 3, atLeast: 2 });
      world.settle();
    },
  },
  {
    name: 'roll-with-surge',
    tell: (world) => {
      world.declare({ ...three, updating: surge }, { atMost: 3, atLeast: 3 });
      world.settle();
      world.note('v2; surge 1, none unavailable');
      world.declare({ ...three, updating: surge, hash: V2 }, { atMost: 4, atLeast: 3 });
      world.settle();
    },
  },
  {
    name: 'roll-percent',
    tell: (world) => {
      const tenth = { size: 12, pools: ZONES, updating: { maxUnavailable: percent(25) } };
      world.declare(tenth, { atMost: 12, atLeast: 9 });
      world.settle();
      world.note('v2; 25 % of 12 may be unavailable: 3 at once, after the first');
      world.declare({ ...tenth, hash: V2 }, { atMost: 12, atLeast: 9 });
      world.settle();
    },
  },
  {
    name: 'roll-canary',
    tell: (world) => {
      const canary = { maxUnavailable: count(2), canary: { size: count(2), bakeSeconds: 300 } };
      world.declare({ size: 6, updating: canary }, { atMost: 6, atLeast: 4 });
      world.settle();
      world.note('v2; a canary of 2 that bakes for 5 minutes; i-06 ends meanwhile, and is replaced as v1');
      world.declare({ size: 6, updating: canary, hash: V2 }, { atMost: 6, atLeast: 4 });
      world.run(4 * MINUTE);
      world.kill('i-06');
      world.settle();
    },
  },
  {
    name: 'roll-checkpoint-time',
    tell: (world) => {
      const updating = { checkpoints: [{ atPercent: 50, wait: { kind: 'seconds', seconds: 600 } as const }] };
      world.declare({ size: 4, updating }, { atMost: 4, atLeast: 3 });
      world.settle();
      world.note('v2; ten minutes at half');
      world.declare({ size: 4, updating, hash: V2 }, { atMost: 4, atLeast: 3 });
      world.settle();
    },
  },
  {
    name: 'roll-checkpoint-approval',
    tell: (world) => {
      const approval = { kind: 'approval' } as const;
      const updating = {
        checkpoints: [
          { atPercent: 33.3, wait: approval },
          { atPercent: 100, wait: approval },
        ],
        bakeSeconds: 120,
      };
      world.declare({ ...three, updating }, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('v2; approved at a third and at the end, then baked for 2 minutes');
      world.declare({ ...three, updating, hash: V2 }, { atMost: 3, atLeast: 2 });
      for (const words of ['an old one ends meanwhile; then it is approved', 'approved again']) {
        world.run(10 * MINUTE);
        world.note(words);
        if (words.startsWith('an old')) world.kill('i-03');
        world.run(2 * MINUTE);
        world.resume();
      }
      world.settle();
    },
  },
  {
    name: 'roll-supersede',
    tell: (world) => {
      const two = { size: 4, updating: { maxUnavailable: count(2) } };
      world.declare(two, { atMost: 4, atLeast: 2 });
      world.settle();
      world.note('v2; then v3 while v2 is on its way');
      world.declare({ ...two, hash: V2 }, { atMost: 4, atLeast: 2 });
      world.run(90 * SECOND);
      world.declare({ ...two, hash: V3 }, { atMost: 4, atLeast: 2 });
      world.settle();
    },
  },
  {
    name: 'roll-supersede-surge',
    tell: (world) => {
      world.declare({ ...three, updating: surge }, { atMost: 3, atLeast: 3 });
      world.settle();
      world.note('v2 with surge; then v3 while the stand-in boots');
      world.declare({ ...three, updating: surge, hash: V2 }, { atMost: 4, atLeast: 3 });
      world.run(30 * SECOND);
      world.declare({ ...three, updating: surge, hash: V3 }, { atMost: 4, atLeast: 3 });
      world.settle();
    },
  },
  {
    name: 'roll-grow',
    tell: (world) => {
      world.declare(three, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('size 5 and v2: it rolls, then it grows');
      world.declare({ ...three, size: 5, hash: V2 }, { atMost: 5, atLeast: 2 });
      world.settle();
    },
  },
  {
    name: 'roll-shrink',
    tell: (world) => {
      world.declare({ ...three, size: 5 }, { atMost: 5, atLeast: 4 });
      world.settle();
      world.note('size 3 and v2: it shrinks, then it rolls');
      world.declare({ ...three, hash: V2 }, { atMost: 3, atLeast: 2 });
      world.settle();
    },
  },
  {
    name: 'roll-restart',
    tell: (world) => {
      world.declare(three, { atMost: 3, atLeast: 2 });
      world.settle();
      world.run(MINUTE);
      world.note('restart; the config stays');
      world.command({ restartBefore: world.now(), rolls: true });
      world.settle();
    },
  },
  {
    name: 'roll-opportunistic',
    tell: (world) => {
      const updating = { strategy: 'opportunistic' } as const;
      world.declare({ ...three, updating }, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('v2, opportunistic; then i-01 ends');
      world.declare({ ...three, updating, hash: V2 }, { atMost: 3, atLeast: 2 });
      world.settle();
      world.kill('i-01');
      world.settle();
      world.note('rolling again');
      world.declare({ ...three, hash: V2 }, { atMost: 3, atLeast: 2 });
      world.settle();
    },
  },
  {
    name: 'roll-count-and-duration',
    tell: (world) => {
      const updating = { count: 3, durationSeconds: 45 };
      world.declare({ size: 2, updating }, { atMost: 2, atLeast: 1 });
      world.settle();
      world.note('v2; healthy three times in a row and for 45 s');
      world.declare({ size: 2, updating, hash: V2 }, { atMost: 2, atLeast: 1 });
      world.settle();
    },
  },
  {
    name: 'roll-pets',
    tell: (world) => {
      world.drainsTake(10 * SECOND);
      world.declare(pets, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('v2: each in its place, once the old one is terminated');
      world.declare({ ...pets, hash: V2 }, { atMost: 3, atLeast: 2 });
      world.settle();
    },
  },
  {
    name: 'roll-pets-renamed',
    tell: (world) => {
      world.declare(pets, { atMost: 3, atLeast: 2 });
      world.settle();
      world.note('v2, and d and e instead of b and c, in one commit');
      world.declare({ pets: ['a', 'd', 'e'], hash: V2 }, { atMost: 3, atLeast: 2 });
      world.settle();
    },
  },
  {
    name: 'roll-quorum',
    tell: (world) => {
      world.declare(
        { ...pets, quorum: 3, updating: { maxUnavailable: count(2) } },
        { atMost: 3, atLeast: 2 },
      );
      world.settle();
      world.lead('i-01');
      world.note('v2; two may be unavailable, but the quorum needs two of three; i-01 leads and goes last');
      world.declare(
        { ...pets, quorum: 3, updating: { maxUnavailable: count(2) }, hash: V2 },
        { atMost: 3, atLeast: 2 },
      );
      world.settle();
    },
  },
  {
    name: 'roll-named-and-spot',
    tell: (world) => {
      world.declare({ ...three, size: 4 }, { atMost: 4, atLeast: 3 });
      world.settle();
      world.note('v2; a user names i-04, and EC2 takes i-03');
      world.declare({ ...three, size: 4, hash: V2 }, { atMost: 4, atLeast: 3 });
      world.run(30 * SECOND);
      world.command({ destroying: [{ instance: instanceId('i-04'), reason: 'named by a user' }] });
      world.run(60 * SECOND);
      world.warn('i-03', 'interruption', 'spot interruption: EC2 takes it in two minutes');
      world.settle();
    },
  },
  {
    name: 'roll-grow-with-surge',
    tell: (world) => {
      world.declare({ ...three, updating: surge }, { atMost: 3, atLeast: 3 });
      world.settle();
      world.note('size 5 and v2, with surge: it rolls, then it grows');
      world.declare({ ...three, size: 5, updating: surge, hash: V2 }, { atMost: 5, atLeast: 3 });
      world.settle();
    },
  },
];
