import type { Mishap } from './story.js';
import type { SimulatedWorld } from './world.js';

type OnInstance = Extract<Mishap, { luck: number }>['do'];

const PROTECTED_MS = 240_000;
const UNTAGGED_MS = 180_000;

/** What others do to an instance, and what happens to it. */
export const ON_INSTANCE: Readonly<Record<OnInstance, (world: SimulatedWorld, id: string) => void>> = {
  terminate: ({ cloud }, id) => cloud.ec2.others.terminate(id),
  stop: ({ cloud }, id) => cloud.ec2.others.stop(id),
  start: ({ cloud }, id) => cloud.ec2.others.start(id),
  impair: ({ cloud }, id) => cloud.ec2.others.impair(id),
  heal: ({ cloud }, id) => cloud.ec2.others.heal(id),
  interrupt: ({ cloud, truth }, id) => {
    cloud.ec2.others.interruptSpot(id);
    truth.leaving.add(id);
    truth.taken.add(id);
  },
  rebalance: ({ cloud, truth }, id) => {
    cloud.ec2.others.recommendRebalance(id);
    truth.leaving.add(id);
  },
  // Operators take it away again, or nothing could end it.
  protect: ({ cloud: { clock, ec2 } }, id) => {
    ec2.others.protect(id);
    clock.at(clock.now() + PROTECTED_MS, () => ec2.others.protect(id, false));
  },
  // Without an owner, another control plane with a group of that id would adopt it at its next commit.
  untag: ({ cloud: { clock, ec2 } }, id) => {
    const group = ec2.instance(id)?.tags['infrakit.group'];
    if (group === undefined) return;
    ec2.others.untag(id, ['infrakit.group']);
    clock.at(clock.now() + UNTAGGED_MS, () => ec2.others.tag(id, { 'infrakit.group': group }));
  },
  'kill-software': ({ models }, id) => void models?.kill(id),
  'cut-off': ({ models }, id) => void models?.cutOff(id),
  reconnect: ({ models }, id) => void models?.reconnect(id),
};
