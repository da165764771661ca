import type { Filter } from '@aws-sdk/client-ec2';
import type { Instant } from '../../core/ids.js';
import type { Ec2Context } from './context.js';
import { notFound, refusal } from './errors.js';
import { exactValues, type FilterFacets } from './filters.js';
import { asOf, type InstanceItem, type Sight } from './instance-item.js';

/** Filters that DescribeInstances knows here: those that somebody may sensibly use on what the emulator models. */
export const INSTANCE_FILTERS: FilterFacets<Sight> = {
  by: {
    'instance-id': ({ facts }) => [facts.id],
    'client-token': ({ facts }) => (facts.token === undefined ? [] : [facts.token]),
    'instance-state-name': ({ version }) => [version.state],
    'instance-type': ({ facts }) => [facts.instanceType],
    'instance-lifecycle': ({ facts }) => (facts.spotRequest === undefined ? [] : ['spot']),
    'image-id': ({ facts }) => [facts.imageId],
    'availability-zone': ({ facts }) => [facts.zone],
    'subnet-id': ({ facts, version }) => (version.state === 'terminated' ? [] : [facts.subnet]),
    'vpc-id': ({ facts, version }) => (version.state === 'terminated' ? [] : [facts.vpc]),
    'private-ip-address': ({ facts, version }) => (version.state === 'terminated' ? [] : [facts.privateIp]),
    'key-name': ({ facts }) => (facts.keyName === undefined ? [] : [facts.keyName]),
    'reservation-id': ({ facts }) => [facts.reservation],
    'launch-index': ({ facts }) => [String(facts.launchIndex)],
    'instance.group-id': ({ facts }) => facts.securityGroups.map(({ id }) => id),
    'instance.group-name': ({ facts }) => facts.securityGroups.map(({ name }) => name),
  },
  tags: ({ version }) => version.tags,
};

/** Instances as a read sees them that is answered from the state of `time`, in the order of launches. */
export function* sights(items: Iterable<InstanceItem>, time: Instant): Iterable<Sight> {
  for (const item of items) {
    const version = asOf(item, time);
    if (version) yield { item, facts: item.facts, version };
  }
}

/** No more instances than the filters can match, found by index where an exact id, token or tag allows. */
export function candidates(
  { state }: Ec2Context,
  filters: readonly Filter[] | undefined,
): Iterable<InstanceItem> {
  const sets: ReadonlySet<InstanceItem>[] = [];
  const ids = exactValues(filters, 'instance-id');
  if (ids) sets.push(new Set(ids.flatMap((id) => state.get(id) ?? [])));
  const tokens = exactValues(filters, 'client-token');
  if (tokens) sets.push(union(tokens.map((token) => state.launchedBy(token))));
  for (const { Name: name = '' } of filters ?? []) {
    const values = name.startsWith('tag:') ? exactValues(filters, name) : undefined;
    if (values) sets.push(union(values.map((value) => state.everTagged(name.slice(4), value))));
  }
  const smallest = sets.sort((a, b) => a.size - b.size)[0];
  if (!smallest) return state.all();
  return [...smallest].sort((a, b) => a.facts.sequence - b.facts.sequence);
}

const union = <T>(sets: readonly ReadonlySet<T>[]): ReadonlySet<T> => {
  const [only] = sets;
  return sets.length === 1 && only ? only : new Set(sets.flatMap((set) => [...set]));
};

const INSTANCE_ID = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/;

/**
 * The instances of these ids, in that order; one unknown id fails the whole call. EC2 API Reference, Error codes.
 * Under lag a new instance is unknown at first. EC2 Developer Guide, "Eventual consistency".
 */
export function named({ state }: Ec2Context, ids: readonly string[], time: Instant): readonly Sight[] {
  const malformed = ids.find((id) => !INSTANCE_ID.test(id));
  if (malformed !== undefined) {
    throw refusal('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  }
  const unknown: string[] = [];
  const found: Sight[] = [];
  for (const id of new Set(ids)) {
    const item = state.get(id);
    const version = item && asOf(item, time);
    if (item && version) found.push({ item, facts: item.facts, version });
    else unknown.push(id);
  }
  if (unknown.length > 0) throw notFound('InvalidInstanceID.NotFound', 'instance', unknown);
  return found;
}
