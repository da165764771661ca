import type { DescribeInstancesRequest, DescribeInstancesResult } from '@aws-sdk/client-ec2';
import type { Ec2Context } from './context.js';
import { invalidCombination, wouldSucceed } from './errors.js';
import { matching } from './filters.js';
import type { Sight } from './instance-item.js';
import { reservationOf } from './instance-shape.js';
import { page, positionBefore, unpaged } from './paging.js';
import { candidates, INSTANCE_FILTERS, named, sights } from './seeing.js';

/**
 * Describes instances, terminated ones included while EC2 still knows them.
 * EC2 API Reference, DescribeInstances: MaxResults and InstanceIds do not go together. Assumption: neither do pages, so
 * a call with ids answers at once.
 */
export const describeInstances =
  (context: Ec2Context) =>
  async (input: DescribeInstancesRequest): Promise<DescribeInstancesResult> => {
    const { clock, faults, pages } = context;
    const matches = matching(input.Filters, INSTANCE_FILTERS);
    const ids = input.InstanceIds ?? [];
    if (ids.length > 0 && (input.MaxResults !== undefined || input.NextToken !== undefined)) {
      throw invalidCombination('The parameter instancesSet cannot be used with the parameter maxResults');
    }
    if (input.DryRun) throw wouldSucceed();
    const time = clock.now() - faults.readAge('DescribeInstances');
    if (ids.length > 0) {
      return { Reservations: reservations(context, unpaged(named(context, ids, time), matches)) };
    }
    const { things, next } = page(
      sights(candidates(context, input.Filters, positionBefore(input)), time),
      ({ facts }) => facts.sequence,
      matches,
      input,
      pages,
      faults.emptyPage('DescribeInstances'),
    );
    return {
      Reservations: reservations(context, things),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  };

/** A reservation that a page or a filter cuts is shown in part. */
function reservations(context: Ec2Context, found: readonly Sight[]) {
  const groups = new Map<string, Sight[]>();
  for (const sight of found) {
    const group = groups.get(sight.facts.reservation);
    if (group) group.push(sight);
    else groups.set(sight.facts.reservation, [sight]);
  }
  return [...groups].map(([id, group]) => reservationOf(context, id, group));
}
