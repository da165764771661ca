import { describe, expect, it } from 'vitest';
import { groupId } from '../../lib/core/ids.js';
import { flavorRegistry, nodeDocuments } from '../../lib/flavors/index.js';
import { ssmDocument } from '../../lib/flavors/node/documents.js';
import { vanilla } from '../../lib/flavors/vanilla.js';
import type { Flavor } from '../../lib/ports/flavor.js';

const all = (): readonly Flavor[] => {
  const registry = flavorRegistry();
  return registry.known.flatMap((name) => registry.find(name) ?? []);
};

describe('flavorRegistry', () => {
  it.each([
    ['vanilla', 'vanilla'],
    ['flavor-vanilla', 'vanilla'],
    ['flavor-vanilla/vanilla', 'vanilla'],
    ['infrakit/vanilla', 'vanilla'],
    ['combo', 'combo'],
    ['flavor-combo', 'combo'],
    ['zookeeper', 'zookeeper'],
    ['flavor-zookeeper', 'zookeeper'],
    ['swarm/manager', 'swarm/manager'],
    ['flavor-swarm/manager', 'swarm/manager'],
    ['swarm/worker', 'swarm/worker'],
    ['flavor-swarm/worker', 'swarm/worker'],
    ['containerd', 'containerd'],
    ['etcd', 'etcd'],
    ['mysql', 'mysql'],
    ['kubernetes/manager', 'kubernetes/manager'],
    ['flavor-kubernetes/worker', 'kubernetes/worker'],
  ])('finds by %s the flavor %s', (name, canonical) => {
    expect(flavorRegistry().find(name)?.name).toBe(canonical);
  });

  it('knows canonical names only, sorted, and finds no other', () => {
    const registry = flavorRegistry([{ ...vanilla, name: 'zookeeper' }, vanilla]);
    expect(registry.known).toEqual(['vanilla', 'zookeeper']);
    expect(registry.find('zookeeper')?.name).toBe('zookeeper');
    expect(registry.find('swarm')).toBeUndefined();
    expect(registry.find('toString')).toBeUndefined();
  });
});

describe('nodeDocuments', () => {
  it('has every document of every flavor once', () => {
    const names = nodeDocuments.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const used = all().flatMap(({ documents }) => documents.map(({ name }) => name));
    expect([...names].sort()).toEqual([...new Set(used)].sort());
  });

  it('has no two documents of one name that differ', () => {
    for (const flavor of all())
      for (const document of flavor.documents)
        expect(nodeDocuments.find(({ name }) => name === document.name)).toEqual(document);
  });

  it('keeps each within what Systems Manager takes', () => {
    for (const document of nodeDocuments)
      expect(Buffer.byteLength(JSON.stringify(ssmDocument(document)))).toBeLessThanOrEqual(65_536);
  });
});

describe('the cluster of one name', () => {
  const three = { kind: 'size', size: 3 } as const;
  const place = (flavor: string) =>
    flavorRegistry()
      .find(flavor)
      ?.cluster?.(
        { Cluster: 'shop' },
        { stack: 'us', group: groupId(flavor.replace('/', '-')), allocation: three },
      );

  it('is one place for managers and workers', () => {
    const kinds = all().flatMap(({ name }) => (name.endsWith('/manager') ? [name.split('/')[0] ?? ''] : []));
    for (const kind of kinds) {
      expect(place(`${kind}/manager`)).toEqual({ path: place(`${kind}/worker`)?.path, founds: true });
      expect(place(`${kind}/worker`)?.founds).toBe(false);
    }
  });
});
