import type { Filter } from '@aws-sdk/client-ec2';
import type { Instant } from '../../core/ids.js';
import type { Ec2Context } from './context.js';
import { notFound, refusal } from './errors.js';
import { exactValues, type FilterFacets } from './filters.js';
import { asOf, type InstanceItem, type Sight } from './instance-item.js';
import { placeAfter } from './launch-order.js';

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

/**
 * No more instances than the filters can match, in the order of launches, found by index where an exact id, token or tag
 * allows. @param after leaves out those that were launched earlier, and the one with this sequence.
 */
export function candidates(
  { state }: Ec2Context,
  filters: readonly Filter[] | undefined,
  after: number,
): Iterable<InstanceItem> {
  const lists: (readonly InstanceItem[])[] = [];
  const ids = exactValues(filters, 'instance-id');
  if (ids) lists.push(union(ids.map((id) => [state.get(id)].filter((item) => item !== undefined))));
  const tokens = exactValues(filters, 'client-token');
  if (tokens) lists.push(union(tokens.map((token) => state.launchedBy(token))));
  for (const { Name: name = '' } of filters ?? []) {
    const values = name.startsWith('tag:') ? exactValues(filters, name) : undefined;
    if (values) lists.push(union(values.map((value) => state.everTagged(name.slice(4), value))));
  }
  const shortest = lists.sort((a, b) => a.length - b.length)[0];
  return shortest ? from(shortest, placeAfter(shortest, after)) : state.all();
}

function* from<T>(list: readonly T[], start: number): Iterable<T> {
  for (let index = start; index < list.length; index += 1) {
    const item = list[index];
    if (item !== undefined) yield item;
  }
}

const union = (lists: readonly (readonly InstanceItem[])[]): readonly InstanceItem[] => {
  const [only] = lists;
  if (lists.length === 1 && only) return only;
  return [...new Set(lists.flat())].sort((a, b) => a.facts.sequence - b.facts.sequence);
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
