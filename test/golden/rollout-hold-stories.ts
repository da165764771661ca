import { MINUTE, SECOND, V2, ZONES } from '../core/planner-samples.js';
import type { Story } from './stories.js';

const three = { size: 3, pools: ZONES };
const limits = { atMost: 3, atLeast: 2 };

/** Rolling updates that have to wait: for a quorum, a window, a freeze, or beyond their deadline. */
export const ROLLOUT_HOLD_STORIES: readonly Story[] = [
  {
    name: 'roll-quorum-hurt',
    tell: (world) => {
      const managers = { pets: ['a', 'b', 'c'], quorum: 3 };
      world.declare(managers, limits);
      world.settle();
      world.note('v2; c is impaired while a is replaced: b waits, and c goes first');
      world.declare({ ...managers, hash: V2 }, limits);
      world.run(30 * SECOND);
      world.sicken('i-03');
      world.settle();
    },
  },
  {
    name: 'roll-quorum-of-two',
    tell: (world) => {
      world.declare({ pets: ['a', 'b'], quorum: 2 }, { atMost: 2, atLeast: 2 });
      world.settle();
      world.note('v2: a quorum of two cannot lose one');
      world.declare({ pets: ['a', 'b'], quorum: 2, hash: V2 }, { atMost: 2, atLeast: 2 });
      world.run(10 * MINUTE);
      world.note('allowed');
      const updating = { allowQuorumLoss: true };
      world.declare({ pets: ['a', 'b'], quorum: 2, updating, hash: V2 }, { atMost: 2, atLeast: 1 });
      world.settle();
    },
  },
  {
    name: 'roll-window-closes',
    tell: (world) => {
      world.declare(three, limits);
      world.settle();
      const closesAt = world.now() + 90 * SECOND;
      world.note('v2; the window closes after 90 s, for 20 minutes');
      world.windowIs({ open: true, changesAt: closesAt });
      world.declare({ ...three, hash: V2 }, limits);
      world.run(90 * SECOND);
      world.windowIs({ open: false, changesAt: closesAt + 20 * MINUTE });
      world.run(20 * MINUTE);
      world.windowIs({ open: true, changesAt: closesAt + 60 * MINUTE });
      world.settle();
    },
  },
  {
    name: 'roll-freeze',
    tell: (world) => {
      world.declare({ ...three, updating: { healthTimeoutSeconds: 180 } }, limits);
      world.settle();
      world.note('v2; frozen for half an hour while the first boots');
      world.declare({ ...three, updating: { healthTimeoutSeconds: 180 }, hash: V2 }, limits);
      world.run(20 * SECOND);
      world.command({ freeze: { reason: 'gala', since: world.now() } });
      world.run(30 * MINUTE);
      world.note('thawed');
      world.command({ freeze: undefined });
      world.settle();
    },
  },
  {
    name: 'roll-deadline',
    tell: (world) => {
      const updating = { deadlineSeconds: 100 };
      world.declare({ ...three, updating }, limits);
      world.settle();
      world.note('v2 within 100 s, which is too short; then resumed');
      world.declare({ ...three, updating, hash: V2 }, limits);
      world.run(5 * MINUTE);
      world.resume();
      world.run(5 * MINUTE);
    },
  },
];
