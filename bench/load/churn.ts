import { seededRandom } from '../../lib/local/seeded-random.js';
import type { Fleet } from './fleet.js';

const HOUR_MS = 3_600_000;
/** Of losses: instances whose status checks fail, which the group's grace period leaves in peace for ten minutes. */
const IMPAIRED_SHARE = 0.05;
/** Of losses of spot groups: those with EC2's warning two minutes before. */
const INTERRUPTED_SHARE = 0.5;
/** Of ends: those of which the first event is lost, so that half a minute passes until the next one. */
const UNHEARD_SHARE = 0.02;
/** A zone has no room for this long, this often. */
const FULL_MS = 20 * 60_000;
const FULL_EVERY_MS = 2 * HOUR_MS;
const STATE_CHANGE = 'EC2 Instance State-change Notification';

/** What was done so far. */
export interface Harm {
  ended: number;
  impaired: number;
  interrupted: number;
}

/** Others harm so many instances an hour, at seeded random times, from now until `hours` later. */
export const churn = (fleet: Fleet, perHour: number, hours: number, seed: number): Harm => {
  const { clock, cloud, faults, watch } = fleet;
  const random = seededRandom(seed);
  const until = clock.now() + hours * HOUR_MS;
  const harm: Harm = { ended: 0, impaired: 0, interrupted: 0 };
  const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
  const fillZone = (turn: number): void => {
    if (clock.now() + FULL_MS > until) return;
    faults.add({ kind: 'no-capacity', zone: zones[turn % zones.length] ?? '', forMs: FULL_MS });
    clock.at(clock.now() + FULL_EVERY_MS, () => fillZone(turn + 1));
  };
  const next = (): void => {
    const wait = Math.round((-Math.log(1 - random.fraction()) * HOUR_MS) / perHour);
    if (clock.now() + wait < until) clock.at(clock.now() + wait, harmOne);
  };
  const harmOne = (): void => {
    const chosen = watch.choose(random.fraction());
    const luck = random.fraction();
    if (chosen !== undefined) {
      if (luck < IMPAIRED_SHARE) {
        harm.impaired += 1;
        watch.expect(chosen, 'impaired');
        cloud.ec2.others.impair(chosen);
      } else if (fleet.isSpot(chosen) && luck < INTERRUPTED_SHARE) {
        harm.interrupted += 1;
        watch.expect(chosen, 'interrupted');
        cloud.ec2.others.interruptSpot(chosen);
      } else {
        harm.ended += 1;
        if (random.fraction() < UNHEARD_SHARE)
          faults.add({ kind: 'events', how: 'never', detailType: STATE_CHANGE, times: 1 });
        cloud.ec2.others.terminate(chosen);
      }
    }
    next();
  };
  clock.at(clock.now() + HOUR_MS / 2, () => fillZone(0));
  next();
  return harm;
};
