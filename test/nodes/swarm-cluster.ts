import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const FORMAT =
  '{{.ID}} {{index .Description.Engine.Labels "instance"}} {{.Spec.Role}} {{.Status.State}} {{with .ManagerStatus}}{{if .Leader}}leader{{else}}{{.Reachability}}{{end}}{{else}}-{{end}}';

/** The swarm's list of nodes, as one manager has it; `undefined` when it cannot say. */
export const listAt = async (
  world: RealWorld,
  instance: string,
  seconds = 5,
): Promise<readonly Listed[] | undefined> => {
  const script = `ids=$(timeout ${seconds} docker node ls -q) && timeout ${seconds} docker node inspect --format '${FORMAT}' $ids`;
  const { exitCode, stdout } = await world.exec(instance, script, (2 * seconds + 1) * 1000);
  if (exitCode !== 0) return undefined;
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', name = '', role = '', state = '', standing = ''] = line.split(' ');
      return { id, instance: name, role, state, standing };
    });
};

/** As the first manager that answers has it. */
export const list = async (world: RealWorld): Promise<readonly Listed[]> => {
  for (const { id } of world.members('managers')) {
    const found = await listAt(world, id).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return [];
};

export const leaderOf = async (world: RealWorld): Promise<string> =>
  (await list(world)).find(({ standing }) => standing === 'leader')?.instance ?? '';

/** Whether a manager answers that has a leader and reaches a majority. */
export const isDecided = async (world: RealWorld): Promise<boolean> => {
  const lists = await Promise.all(
    world.members('managers').map(({ id }) => listAt(world, id, 2).catch(() => undefined)),
  );
  return lists.some((nodes = []) => {
    const votes = nodes.filter(({ standing }) => standing !== '-');
    const reached = votes.filter(({ standing }) => standing !== 'unreachable').length;
    return votes.some(({ standing }) => standing === 'leader') && reached * 2 > votes.length;
  });
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
