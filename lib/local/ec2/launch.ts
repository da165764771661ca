import type { Ec2Context } from './context.js';
import type { InstanceItem, LaunchFacts, Tags } from './instance-item.js';

/** All that is to be said of a new instance but what the cloud itself gives it. */
export type NewInstance = Omit<
  LaunchFacts,
  'id' | 'sequence' | 'networkInterface' | 'volumes' | 'checksEndAs'
> & {
  readonly devices: readonly string[];
  readonly tags: Tags;
  readonly volumeTags: Tags;
  readonly interfaceTags: Tags;
  readonly protected: boolean;
  readonly foreign: boolean;
};

/** Brings an instance to life: takes its address, opens its page in the books, sets its life going. */
export function launch(context: Ec2Context, wanted: NewInstance): InstanceItem {
  const { clock, faults, timing, state, books, lifecycle, newId } = context;
  const { devices, tags, volumeTags, interfaceTags, protected: isProtected, foreign, ...asked } = wanted;
  const now = clock.now();
  const facts: LaunchFacts = {
    ...asked,
    id: newId('i'),
    sequence: context.nextSequence(),
    networkInterface: newId('eni'),
    volumes: devices.map((device) => ({ id: newId('vol'), device })),
    checksEndAs: faults.checksNeverPass() ?? imageOf(context, asked)?.checksEndAs ?? 'ok',
  };
  const item = state.add(facts, {
    since: now,
    state: 'pending',
    launchedAt: now,
    tags,
    volumeTags,
    interfaceTags,
    checks: { instance: 'not-applicable', system: 'not-applicable' },
    protected: isProtected,
    stateReason: { code: 'pending', message: 'pending' },
    transition: '',
  });
  books.open({
    id: facts.id,
    ...(facts.token === undefined ? {} : { token: facts.token }),
    launchIndex: facts.launchIndex,
    foreign,
    tagsAtLaunch: tags,
    zone: facts.zone,
    subnet: facts.subnet,
    instanceType: facts.instanceType,
    imageId: facts.imageId,
    privateIp: facts.privateIp,
    launchedAt: now,
    state: 'pending',
  });
  const death = faults.deathAtLaunch(facts);
  lifecycle.begin(item, { bootMs: faults.bootMs() ?? timing.bootMs, ...(death ? { death } : {}) });
  return item;
}

const imageOf = ({ world }: Ec2Context, { imageId }: Pick<LaunchFacts, 'imageId'>) =>
  world().images.find(({ id }) => id === imageId);
