import { rangeOf } from './addresses.js';
import type { Ec2Context } from './context.js';
import { type InstanceItem, type Tags, truth } from './instance-item.js';
import { INSTANCE_TYPES } from './instance-types.js';
import { launch } from './launch.js';

/** What others do in the account, and what EC2 does by itself: at once, past lag, faults and protection. */
export interface SomebodyElse {
  /** By hand, an Auto Scaling group, another tool. */
  terminate(id: string): void;
  stop(id: string): void;
  start(id: string): void;
  /** Fails the instance's status check, or the system's when the host is broken. */
  impair(id: string, check?: 'instance' | 'system'): void;
  heal(id: string): void;
  /** The interruption warning now, the end two minutes later. */
  interruptSpot(id: string): void;
  recommendRebalance(id: string): void;
  /** Sets termination protection, or takes it away. */
  protect(id: string, on?: boolean): void;
  tag(id: string, tags: Tags): void;
  untag(id: string, keys: readonly string[]): void;
  /** Launches an instance that is nobody's order. Any tag will do, AWS's own too. @returns its id. */
  launchForeign(launch: {
    readonly tags: Tags;
    readonly subnet?: string;
    readonly instanceType?: string;
    readonly imageId?: string;
    readonly privateIp?: string;
    readonly spot?: boolean;
    readonly userData?: string;
  }): string;
}

export function somebodyElse(context: Ec2Context): SomebodyElse {
  const { clock, lifecycle, state } = context;

  const known = (id: string): InstanceItem => {
    const item = state.get(id);
    if (!item) throw new Error(`no instance "${id}"; see what there is with "holdfast cloud ls"`);
    return item;
  };
  const inState = (id: string, wanted: string, verb: string): InstanceItem => {
    const item = known(id);
    const { state: now } = truth(item);
    if (now !== wanted) throw new Error(`instance "${id}" is ${now}: only a ${wanted} one can be ${verb}`);
    return item;
  };

  return {
    terminate: (id) => lifecycle.end(known(id), 'somebody'),
    stop: (id) => lifecycle.stop(inState(id, 'running', 'stopped')),
    start: (id) => lifecycle.start(inState(id, 'stopped', 'started')),
    impair: (id, check = 'instance') => {
      const item = inState(id, 'running', 'impaired');
      const checks = { instance: 'impaired', system: check === 'system' ? 'impaired' : 'ok' } as const;
      state.change(item, clock.now(), { checks, impairedSince: clock.now() });
    },
    heal: (id) => {
      const item = inState(id, 'running', 'healed');
      state.change(item, clock.now(), {
        checks: { instance: 'ok', system: 'ok' },
        impairedSince: undefined,
      });
    },
    interruptSpot: (id) => {
      const item = known(id);
      if (item.facts.spotRequest === undefined) {
        throw new Error(`instance "${id}" is no spot instance: EC2 does not interrupt it`);
      }
      lifecycle.interrupt(item);
    },
    recommendRebalance: (id) => lifecycle.recommendRebalance(known(id)),
    protect: (id, on = true) => state.change(known(id), clock.now(), { protected: on }),
    tag: (id, tags) => {
      const item = known(id);
      state.change(item, clock.now(), { tags: { ...truth(item).tags, ...tags } });
    },
    untag: (id, keys) => {
      const item = known(id);
      const left = Object.entries(truth(item).tags).filter(([key]) => !keys.includes(key));
      state.change(item, clock.now(), { tags: Object.fromEntries(left) });
    },
    launchForeign: (wanted) => {
      const world = context.world();
      const subnet = world.subnets.find(({ id }) => id === (wanted.subnet ?? world.subnets[0]?.id));
      if (!subnet) throw new Error(`no subnet "${wanted.subnet}"`);
      const privateIp = wanted.privateIp ?? state.addresses.next(subnet.id, rangeOf(subnet.cidr));
      if (privateIp === undefined) throw new Error(`no free address in subnet "${subnet.id}"`);
      if (state.addresses.isTaken(subnet.id, privateIp)) throw new Error(`address "${privateIp}" is in use`);
      const instanceType = wanted.instanceType ?? 't3.micro';
      const image = world.images.find(({ id }) => id === wanted.imageId) ?? world.images[0];
      return launch(context, {
        reservation: context.newId('r'),
        launchIndex: 0,
        zone: subnet.zone,
        subnet: subnet.id,
        vpc: subnet.vpc,
        instanceType,
        architecture: INSTANCE_TYPES.get(instanceType)?.architecture ?? 'x86_64',
        imageId: wanted.imageId ?? image?.id ?? 'ami-0abc',
        ...(wanted.spot ? { spotRequest: context.newId('sir') } : {}),
        privateIp,
        devices: [image?.rootDevice ?? '/dev/xvda'],
        securityGroups: [],
        ...(wanted.userData === undefined ? {} : { userData: wanted.userData }),
        ebsOptimized: false,
        monitoring: false,
        tags: wanted.tags,
        volumeTags: {},
        interfaceTags: {},
        protected: false,
        foreign: true,
      }).facts.id;
    },
  };
}
