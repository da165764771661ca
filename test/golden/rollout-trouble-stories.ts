import { count, MINUTE, SECOND, V1, V2, V3, ZONES } from '../core/planner-samples.js';
import type { Story } from './stories.js';

const three = { size: 3, pools: ZONES };
const short = { healthTimeoutSeconds: 180 };
const limits = { atMost: 3, atLeast: 2 };

/** Rolling updates that something goes wrong with. */
export const ROLLOUT_TROUBLE_STORIES: readonly Story[] = [
  {
    name: 'roll-failure-pause-then-fix',
    tell: (world) => {
      world.declare({ ...three, updating: short }, limits);
      world.settle();
      world.note('v2 is never healthy; 3 minutes to become so');
      world.launchesAre({ neverHealthy: true });
      world.declare({ ...three, updating: short, hash: V2 }, limits);
      world.until((plan) => plan.rollout?.status === 'paused');
      world.launchesAre({});
      world.run(5 * MINUTE);
      world.note('v3 mends it');
      world.declare({ ...three, updating: short, hash: V3 }, limits);
      world.settle();
    },
  },
  {
    name: 'roll-failure-rollback',
    tell: (world) => {
      const updating = { ...short, onFailure: 'rollback' as const, maxFailures: 1, maxUnavailable: count(2) };
      const five = { size: 5, pools: ZONES, updating };
      world.declare(five, { atMost: 5, atLeast: 3 });
      world.settle();
      world.note('v2: the first is healthy, the others never; one may fail');
      world.declare({ ...five, hash: V2 }, { atMost: 5, atLeast: 3 });
      world.run(30 * SECOND);
      world.launchesAre({ neverHealthy: true });
      world.run(120 * SECOND);
      world.launchesAre({});
      world.settle();
    },
  },
  {
    name: 'roll-failure-continue',
    tell: (world) => {
      const updating = { ...short, onFailure: 'continue' as const };
      world.declare({ ...three, updating }, limits);
      world.settle();
      world.note('v2: the second is never healthy, and the roll goes on');
      world.declare({ ...three, updating, hash: V2 }, limits);
      world.run(30 * SECOND);
      world.launchesAre({ neverHealthy: true });
      world.run(60 * SECOND);
      world.launchesAre({});
      world.settle();
    },
  },
  {
    name: 'roll-alarm-rollback',
    tell: (world) => {
      const updating = { alarms: ['errors'], onFailure: 'rollback' as const };
      world.alarmsAre({ errors: 'OK' });
      world.declare({ ...three, updating }, limits);
      world.settle();
      world.note('v2; the alarm is raised while the second boots');
      world.declare({ ...three, updating, hash: V2 }, limits);
      world.run(100 * SECOND);
      world.alarmsAre({ errors: 'ALARM' });
      world.settle();
    },
  },
  {
    name: 'roll-alarm-without-data',
    tell: (world) => {
      const updating = { alarms: ['errors'], bakeSeconds: 120 };
      world.alarmsAre({ errors: 'OK' });
      world.declare({ size: 2, updating }, { atMost: 2, atLeast: 1 });
      world.settle();
      world.note('v2; the alarm has no data for ten minutes, then it is OK');
      world.declare({ size: 2, updating, hash: V2 }, { atMost: 2, atLeast: 1 });
      world.run(30 * SECOND);
      world.alarmsAre({ errors: 'INSUFFICIENT_DATA' });
      world.run(10 * MINUTE);
      world.alarmsAre({ errors: 'OK' });
      world.run(100 * SECOND);
      world.note('unreadable when the bake would end');
      world.alarmsAre('unreadable');
      world.run(10 * MINUTE);
      world.alarmsAre({ errors: 'OK' });
      world.settle();
    },
  },
  {
    name: 'roll-stop-and-resume',
    tell: (world) => {
      world.declare({ ...three, size: 4 }, { atMost: 4, atLeast: 3 });
      world.settle();
      world.note('v2; stopped while the second boots');
      world.declare({ ...three, size: 4, hash: V2 }, { atMost: 4, atLeast: 3 });
      world.run(90 * SECOND);
      world.rollout((before) => ({ ...before, status: 'stopped', reason: 'stopped by a user' }));
      world.run(3 * MINUTE);
      world.note('i-03 is destroyed by hand: replaced as v1');
      world.kill('i-03');
      world.run(3 * MINUTE);
      world.note('resumed');
      world.resume();
      world.settle();
    },
  },
  {
    name: 'roll-stop-with-stand-in',
    tell: (world) => {
      const updating = { maxUnavailable: count(1), maxSurge: count(1) };
      world.declare({ ...three, updating }, limits);
      world.settle();
      world.note('v2 with surge 1 and one unavailable; stopped while the first two boot');
      world.declare({ ...three, updating, hash: V2 }, { atMost: 4, atLeast: 2 });
      world.run(20 * SECOND);
      world.rollout((before) => ({ ...before, status: 'stopped', reason: 'stopped by a user' }));
      world.run(5 * MINUTE);
      world.note('resumed an hour later');
      world.run(60 * MINUTE);
      world.resume();
      world.settle();
    },
  },
  {
    name: 'roll-dead-execution',
    tell: (world) => {
      world.declare(three, limits);
      world.settle();
      world.note('v2; its execution dies while the first boots, and nobody tells');
      world.declare({ ...three, hash: V2 }, limits);
      world.run(20 * SECOND);
      world.stopExecution();
      world.settle();
    },
  },
  {
    name: 'roll-old-one-dies',
    tell: (world) => {
      world.declare({ ...three, size: 4 }, { atMost: 4, atLeast: 3 });
      world.settle();
      world.note('v2; i-02 ends while the first boots: it is replaced at once, as v1');
      world.declare({ ...three, size: 4, hash: V2 }, { atMost: 4, atLeast: 3 });
      world.run(20 * SECOND);
      world.kill('i-02');
      world.run(100 * SECOND);
      world.note('i-03 ends later: replaced as v2, in place of another');
      world.kill('i-03');
      world.settle();
    },
  },
  {
    name: 'roll-new-one-dies',
    tell: (world) => {
      const updating = { maxFailures: 1 };
      world.declare({ ...three, updating }, limits);
      world.settle();
      world.note('v2; the first ends after 20 s; one failure is allowed');
      world.launchesAre({ dieAfterMs: 20 * SECOND });
      world.declare({ ...three, updating, hash: V2 }, limits);
      world.run(5 * SECOND);
      world.launchesAre({});
      world.settle();
    },
  },
  {
    name: 'roll-no-room',
    tell: (world) => {
      world.declare({ size: 3, pools: ZONES.slice(0, 1) }, limits);
      world.settle();
      world.note('v2; no room for the second, for four minutes');
      world.declare({ size: 3, pools: ZONES.slice(0, 1), hash: V2 }, limits);
      world.run(30 * SECOND);
      world.fill('subnet-a');
      world.run(4 * MINUTE);
      world.note('there is room again');
      world.fill();
      world.settle();
    },
  },
  {
    name: 'roll-fix-of-a-broken-group',
    tell: (world) => {
      const broken = { ...three, repair: { graceSeconds: 240 } };
      world.declare(broken, { atMost: 3, atLeast: 0 });
      world.note('v1 is never healthy; grace 4 minutes');
      world.launchesAre({ neverHealthy: true });
      world.run(3 * MINUTE);
      world.note('v2 mends it');
      world.launchesAre({});
      world.declare({ ...broken, hash: V2 }, { atMost: 3, atLeast: 0 });
      world.settle();
    },
  },
  {
    name: 'roll-fix-of-an-impaired-group',
    tell: (world) => {
      world.declare(three, limits);
      world.settle();
      world.note('all three are impaired: the breaker holds; then v2');
      world.sicken('i-01', 'i-02', 'i-03');
      world.run(3 * MINUTE);
      world.declare({ ...three, hash: V2 }, { atMost: 3, atLeast: 0 });
      world.settle();
    },
  },
  {
    name: 'roll-back-by-user',
    tell: (world) => {
      world.declare(three, limits);
      world.settle();
      world.note('v2; rolled back to v1 after the first');
      world.declare({ ...three, hash: V2 }, limits);
      world.run(90 * SECOND);
      world.declare({ ...three, hash: V1 }, limits, 'rollback');
      world.settle();
    },
  },
  {
    name: 'roll-back-fails',
    tell: (world) => {
      const updating = { ...short, onFailure: 'rollback' as const };
      world.declare({ ...three, updating }, limits);
      world.settle();
      world.note('v2 is never healthy, and v1 is not any more either');
      world.launchesAre({ neverHealthy: true });
      world.declare({ ...three, updating, hash: V2 }, limits);
      world.run(10 * MINUTE);
      world.note('what keeps them from being healthy is mended; resumed');
      world.launchesAre({});
      world.resume();
      world.settle();
    },
  },
  {
    name: 'roll-after-a-trip',
    tell: (world) => {
      const five = { size: 5, pools: ZONES };
      world.declare(five, { atMost: 5, atLeast: 4 });
      world.settle();
      world.note('i-01 and i-02 end at once, which trips the breaker; then v2');
      world.kill('i-01', 'i-02');
      world.run(5 * SECOND);
      world.declare({ ...five, hash: V2 }, { atMost: 5, atLeast: 4 });
      world.settle();
    },
  },
  {
    name: 'roll-beside-an-unknown-one',
    tell: (world) => {
      world.declare(three, limits);
      world.settle();
      world.note('i-02 is impaired, within its grace; repair waits, and v2 takes it first');
      world.sicken('i-02');
      world.run(2 * MINUTE);
      world.declare({ ...three, hash: V2 }, limits);
      world.run(30 * SECOND);
      world.note('i-01 is impaired as well while its turn is near');
      world.sicken('i-01');
      world.settle();
    },
  },
  {
    name: 'roll-launch-first',
    tell: (world) => {
      const updating = { maxUnavailable: count(0), maxSurge: count(1) };
      const first = { ...three, updating, repair: { launchFirst: true, graceSeconds: 120 } };
      world.declare(first, { atMost: 4, atLeast: 3 });
      world.settle();
      world.note('v2 with surge and LaunchFirst; stopped, and then i-03 is impaired');
      world.declare({ ...first, hash: V2 }, { atMost: 4, atLeast: 2 });
      world.run(70 * SECOND);
      world.rollout((before) => ({ ...before, status: 'stopped', reason: 'stopped by a user' }));
      world.run(2 * MINUTE);
      world.sicken('i-03');
      world.run(5 * MINUTE);
      world.note('resumed');
      world.resume();
      world.settle();
    },
  },
];
