import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  TagDescription,
} from '@aws-sdk/client-ec2';
import type { Instant } from '../../core/ids.js';
import type { Ec2Context } from './context.js';
import { notFound, refusal, wouldSucceed } from './errors.js';
import { type FilterFacets, matching } from './filters.js';
import { asOf, type InstanceItem, type InstanceVersion, type Tags, truth } from './instance-item.js';
import { page } from './paging.js';
import { sights } from './seeing.js';
import { checkedTags, isReservedKey, withinLimit } from './tag-rules.js';

type TagsField = 'tags' | 'volumeTags' | 'interfaceTags';

/** A taggable thing: an instance, or the volumes or network interface that live and end with it. */
interface Tagged {
  readonly item: InstanceItem;
  readonly field: TagsField;
}

const UNKNOWN: readonly (readonly [prefix: string, code: string, what: string])[] = [
  ['i-', 'InvalidInstanceID.NotFound', 'instance'],
  ['vol-', 'InvalidVolume.NotFound', 'volume'],
  ['eni-', 'InvalidNetworkInterfaceID.NotFound', 'networkInterface'],
];

/** Adds or overwrites tags on all of the resources, or on none. EC2 API Reference, CreateTags. */
export const createTags =
  (context: Ec2Context) =>
  async (input: CreateTagsRequest): Promise<object> => {
    const tags = checkedTags(input.Tags ?? []);
    if (Object.keys(tags).length === 0) {
      throw refusal('MissingParameter', 'The request must contain the parameter Tags');
    }
    const targets = find(context, 'CreateTags', input.Resources ?? []);
    const changes = targets.map(({ item, field }) => ({
      item,
      change: { [field]: withinLimit({ ...truth(item)[field], ...tags }) },
    }));
    if (input.DryRun) throw wouldSucceed();
    for (const { item, change } of changes) context.state.change(item, context.clock.now(), change);
    return {};
  };

/**
 * Removes tags by key, or by key and value when a value is given; those that are not there are no error.
 * EC2 API Reference, DeleteTags. Without any tag all that are not AWS's are removed.
 */
export const deleteTags =
  (context: Ec2Context) =>
  async (input: DeleteTagsRequest): Promise<object> => {
    const targets = find(context, 'DeleteTags', input.Resources ?? []);
    if (input.DryRun) throw wouldSucceed();
    const goes = (key: string, value: string): boolean =>
      input.Tags === undefined || input.Tags.length === 0
        ? !isReservedKey(key)
        : input.Tags.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value));
    for (const { item, field } of targets) {
      const left = Object.entries(truth(item)[field]).filter(([key, value]) => !goes(key, value));
      context.state.change(item, context.clock.now(), { [field]: Object.fromEntries(left) });
    }
    return {};
  };

function find(context: Ec2Context, operation: string, ids: readonly string[]): readonly Tagged[] {
  if (ids.length === 0)
    throw refusal('MissingParameter', 'The request must contain the parameter ResourceId');
  const time = context.clock.now() - context.faults.readAge(operation);
  return ids.map((id) => {
    const tagged = findOne(context, id);
    if (tagged && asOf(tagged.item, time)) return tagged;
    const [, code, what] = UNKNOWN.find(([prefix]) => id.startsWith(prefix)) ?? [];
    if (code === undefined || what === undefined) throw refusal('InvalidID', `The ID '${id}' is not valid`);
    throw notFound(code, what, [id]);
  });
}

function findOne({ state }: Ec2Context, id: string): Tagged | undefined {
  const item = state.get(id);
  if (item) return { item, field: 'tags' };
  if (id.startsWith('i-')) return undefined;
  for (const candidate of state.all()) {
    if (truth(candidate).state === 'terminated') continue;
    if (candidate.facts.networkInterface === id) return { item: candidate, field: 'interfaceTags' };
    if (candidate.facts.volumes.some((volume) => volume.id === id)) {
      return { item: candidate, field: 'volumeTags' };
    }
  }
  return undefined;
}

interface PlacedTag {
  readonly position: number;
  readonly tag: TagDescription;
}

const FILTERS: FilterFacets<PlacedTag> = {
  by: {
    'resource-id': ({ tag }) => [tag.ResourceId ?? ''],
    'resource-type': ({ tag }) => [tag.ResourceType ?? ''],
    key: ({ tag }) => [tag.Key ?? ''],
    value: ({ tag }) => [tag.Value ?? ''],
  },
};

/** One entry per resource and tag. EC2 API Reference, DescribeTags. */
export const describeTags =
  (context: Ec2Context) =>
  async (input: DescribeTagsRequest): Promise<DescribeTagsResult> => {
    const { clock, faults, pages, state } = context;
    const matches = matching(input.Filters, FILTERS);
    if (input.DryRun) throw wouldSucceed();
    const time = clock.now() - faults.readAge('DescribeTags');
    const { things, next } = page(
      placedTags(state.all(), time),
      ({ position }) => position,
      matches,
      input,
      pages,
      faults.emptyPage('DescribeTags'),
    );
    return { Tags: things.map(({ tag }) => tag), ...(next === undefined ? {} : { NextToken: next }) };
  };

function* placedTags(items: Iterable<InstanceItem>, time: Instant): Iterable<PlacedTag> {
  for (const { facts, version } of sights(items, time)) {
    let position = facts.sequence * MOST_TAGS_OF_AN_INSTANCE;
    for (const [id, type, tags] of resources(facts, version)) {
      for (const [Key, Value] of Object.entries(tags)) {
        yield { position, tag: { ResourceId: id, ResourceType: type, Key, Value } };
        position += 1;
      }
    }
  }
}

/** With its interface and all of its volumes; leaves room between the positions of two instances. */
const MOST_TAGS_OF_AN_INSTANCE = 10_000;

type Resource = readonly [id: string, type: 'instance' | 'network-interface' | 'volume', tags: Tags];

const resources = (facts: InstanceItem['facts'], version: InstanceVersion): readonly Resource[] => [
  [facts.id, 'instance', version.tags],
  ...(version.state === 'terminated'
    ? []
    : [
        [facts.networkInterface, 'network-interface', version.interfaceTags] as const,
        ...facts.volumes.map(({ id }) => [id, 'volume', version.volumeTags] as const),
      ]),
];
