import type { z } from 'zod';
import type { Flavor, FlavorRegistry, NodeDocument } from '../ports/flavor.js';
import { combo, documentsOf } from './combo/combo.js';
import { comboSchema } from './combo/schema.js';
import { containerd, containerdSchema } from './containerd/index.js';
import { etcd, etcdSchema } from './etcd/index.js';
import {
  kubernetesManager,
  kubernetesManagerSchema,
  kubernetesWorker,
  kubernetesWorkerSchema,
} from './kubernetes/index.js';
import { mysql, mysqlSchema } from './mysql/index.js';
import { swarmManager, swarmManagerSchema, swarmWorker, swarmWorkerSchema } from './swarm/index.js';
import { vanilla, vanillaSchema } from './vanilla.js';
import { zookeeper, zookeeperSchema } from './zookeeper/index.js';

type Names = readonly [string, ...string[]];

/** What a flavor is called, ours first and InfraKit's other spellings after it, and what its properties may be. */
interface Entry {
  readonly names: Names;
  readonly properties: z.ZodType;
}

interface SingleEntry extends Entry {
  readonly flavor: Flavor;
}

/** A flavor that is a plugin of its own. */
const plugin = (flavor: Flavor, properties: z.ZodType): SingleEntry => ({
  flavor,
  names: spellings(flavor.name),
  properties,
});

/** One of several flavors of a plugin, as in InfraKit's `flavor-swarm/manager`. */
const oneOfPlugin = (flavor: Flavor, properties: z.ZodType): SingleEntry => ({
  flavor,
  names: [flavor.name, `flavor-${flavor.name}`],
  properties,
});

const spellings = (name: string): Names => [
  name,
  `flavor-${name}`,
  `flavor-${name}/${name}`,
  `infrakit/${name}`,
];

const SINGLE: readonly SingleEntry[] = [
  plugin(vanilla, vanillaSchema),
  oneOfPlugin(swarmManager, swarmManagerSchema),
  oneOfPlugin(swarmWorker, swarmWorkerSchema),
  plugin(zookeeper, zookeeperSchema),
  plugin(etcd, etcdSchema),
  plugin(mysql, mysqlSchema),
  plugin(containerd, containerdSchema),
  oneOfPlugin(kubernetesManager, kubernetesManagerSchema),
  oneOfPlugin(kubernetesWorker, kubernetesWorkerSchema),
];

export const flavorSchemas: readonly Entry[] = [
  ...SINGLE,
  { names: spellings('combo'), properties: comboSchema(SINGLE) },
].map(({ names, properties }) => ({ names, properties }));

const registryOf = (flavors: readonly Flavor[]): FlavorRegistry => {
  const byName = new Map(flavors.flatMap((flavor) => namesOf(flavor).map((name) => [name, flavor] as const)));
  return { known: flavors.map(({ name }) => name).sort(), find: (name) => byName.get(name) };
};

const namesOf = ({ name }: Flavor): readonly string[] =>
  flavorSchemas.find(({ names }) => names[0] === name)?.names ?? [name];

const withCombo = (flavors: readonly Flavor[]): readonly Flavor[] => [...flavors, combo(registryOf(flavors))];

/** The flavors that are here, found by canonical name and by InfraKit's other spellings. */
export const flavorRegistry = (
  flavors: readonly Flavor[] = withCombo(SINGLE.map(({ flavor }) => flavor)),
): FlavorRegistry => registryOf(flavors);

/** Every script that a flavor may run on a node. */
export const nodeDocuments: readonly NodeDocument[] = documentsOf(flavorRegistry());
