import { mkdtempSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Json } from '../../lib/core/json.js';
import { cattle } from '../support/scenario-specs.js';
import { nodeProfile } from './support/node-profile.js';
import { type RealWorld, type RealWorldOptions, STACK, startRealWorld } from './support/real-world.js';

export const PATH = `/holdfast/${STACK}/shop`;
export const IMAGE = 'nodes/busybox:1';
/** What any join token begins with. */
export const TOKEN = /SWMTKN-1-/;

type Fields = Readonly<Record<string, Json>>;

/** Workers of a node that dies are down after three of these. */
const QUICK = { Cluster: 'shop', Heartbeat: '1s' };

export const managers = (size: number, flavor: Fields = {}, properties: Fields = {}) =>
  cattle('managers', size, {
    plugin: 'swarm/manager',
    flavor: { ...QUICK, ...flavor },
    run: nodeProfile('shop', 'manager'),
    properties: { Repair: { Grace: '60s' }, ...properties },
  });

export const workers = (size: number, flavor: Fields = {}, properties: Fields = {}) =>
  cattle('workers', size, {
    plugin: 'swarm/worker',
    flavor: { Cluster: 'shop', EngineLabels: { tier: 'web' }, ...flavor },
    run: nodeProfile('shop', 'worker'),
    properties: { Repair: { Grace: '60s' }, ...properties },
  });

/** An engine without what a network namespace does not allow. */
const DAEMON = { bridge: 'none', iptables: false, ip6tables: false, 'storage-driver': 'overlay2' };

export const startSwarmWorld = (options: RealWorldOptions = {}): Promise<RealWorld> => {
  const daemon = join(mkdtempSync(join(tmpdir(), 'holdfast-swarm-')), 'daemon.json');
  writeFileSync(daemon, JSON.stringify(DAEMON));
  return startRealWorld({
    files: { '/etc/docker/daemon.json': daemon },
    loseEvery: 10,
    sweepMs: 3_000,
    ...options,
  });
};

export interface Listed {
  readonly id: string;
  readonly instance: string;
  readonly role: string;
  readonly state: string;
  readonly standing: string;
}

/** What an engine answers on its socket, asked from outside; `undefined` when it does not, in time or at all. */
export const askEngine = (world: RealWorld, instance: string, path: string): Promise<unknown> =>
  new Promise<unknown>((resolve) => {
    const { pid } = world.nodes.instance(instance);
    const signal = AbortSignal.timeout(2_000);
    const socketPath = ['/proc', pid, 'root', 'run', 'docker.sock'].join('/');
    const asked = get({ socketPath, path, signal }, async (answer) => {
      try {
        const said = await json(answer);
        resolve(answer.statusCode === 200 ? said : undefined);
      } catch {
        resolve(undefined);
      }
    });
    asked.on('error', () => resolve(undefined));
  }).catch(() => undefined);

/** As Docker's API has it, as far as it is read here. */
interface EngineNode {
  readonly ID: string;
  readonly Spec: { readonly Role: string };
  readonly Status: { readonly State: string };
  readonly Description: { readonly Engine: { readonly Labels?: Readonly<Record<string, string>> } };
  readonly ManagerStatus?: { readonly Leader?: boolean; readonly Reachability: string };
}

/** The swarm's list of nodes, as one manager has it; `undefined` when it cannot say. */
const listAt = async (world: RealWorld, instance: string): Promise<readonly Listed[] | undefined> => {
  const nodes = (await askEngine(world, instance, '/v1.41/nodes')) as readonly EngineNode[] | undefined;
  return nodes?.map(({ ID, Spec, Status, Description, ManagerStatus: manager }) => ({
    id: ID,
    instance: Description.Engine.Labels?.instance ?? '',
    role: Spec.Role,
    state: Status.State,
    standing: manager === undefined ? '-' : manager.Leader ? 'leader' : manager.Reachability,
  }));
};

/** As the first manager that answers has it. */
export const list = async (world: RealWorld): Promise<readonly Listed[]> => {
  for (const { id } of world.members('managers')) {
    const found = await listAt(world, id);
    if (found !== undefined) return found;
  }
  return [];
};

export const leaderOf = async (world: RealWorld): Promise<string> =>
  (await list(world)).find(({ standing }) => standing === 'leader')?.instance ?? '';

/** Whether a manager answers that has a leader and reaches a majority. */
export const isDecided = async (world: RealWorld): Promise<boolean> => {
  const lists = await Promise.all(world.members('managers').map(({ id }) => listAt(world, id)));
  return lists.some((nodes = []) => {
    const votes = nodes.filter(({ standing }) => standing !== '-');
    const reached = votes.filter(({ standing }) => standing !== 'unreachable').length;
    return votes.some(({ standing }) => standing === 'leader') && reached * 2 > votes.length;
  });
};

/** Tasks of a service that run, as the first manager that answers has it. */
export const runningTasks = async (world: RealWorld, service: string): Promise<number> => {
  for (const { id } of world.members('managers')) {
    const found = (await askEngine(
      world,
      id,
      `/v1.41/services?status=true&filters={"name":["${service}"]}`,
    )) as readonly { readonly ServiceStatus: { readonly RunningTasks: number } }[] | undefined;
    if (found?.[0] !== undefined) return found[0].ServiceStatus.RunningTasks;
  }
  return 0;
};

/** An image of the host's busybox on each of these. */
export const loadImage = async (world: RealWorld, group: string): Promise<void> => {
  const script = `r=$(mktemp -d) && mkdir -p $r/bin $r/etc $r/proc $r/sys $r/dev $r/tmp && cp /bin/busybox $r/bin && ln -s busybox $r/bin/sleep && tar -C $r -c . | docker import - ${IMAGE}`;
  await Promise.all(world.members(group).map(({ id }) => world.exec(id, script)));
};

/** Everything that the control plane keeps or shows of what it did. */
export const everythingTold = async (world: RealWorld): Promise<string> => {
  const groups = await world.store.list();
  const events = await Promise.all(groups.map(({ id }) => world.events(id)));
  const instances = world.cloud.ec2.instances();
  const consoles = instances.map(({ id }) => {
    try {
      return world.console(id);
    } catch {
      return '';
    }
  });
  return JSON.stringify([instances, events, world.logs, world.problems, consoles]);
};
