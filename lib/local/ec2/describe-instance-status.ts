import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  InstanceStatus,
  InstanceStatusSummary,
} from '@aws-sdk/client-ec2';
import type { Instant } from '../../core/ids.js';
import type { Ec2Context } from './context.js';
import { invalidCombination, invalidValue, wouldSucceed } from './errors.js';
import { type FilterFacets, matching } from './filters.js';
import type { CheckStatus, Sight } from './instance-item.js';
import { stateOf } from './instance-shape.js';
import { page, unpaged } from './paging.js';
import { named, sights } from './seeing.js';

const FILTERS: FilterFacets<Sight> = {
  by: {
    'instance-status.status': ({ version }) => [version.checks.instance],
    'system-status.status': ({ version }) => [version.checks.system],
    'instance-status.reachability': ({ version }) => [REACHABILITY[version.checks.instance]],
    'system-status.reachability': ({ version }) => [REACHABILITY[version.checks.system]],
    'instance-state-name': ({ version }) => [version.state],
    'availability-zone': ({ facts }) => [facts.zone],
  },
};

const REACHABILITY: Readonly<Record<CheckStatus, string>> = {
  ok: 'passed',
  impaired: 'failed',
  initializing: 'initializing',
  'insufficient-data': 'insufficient-data',
  'not-applicable': 'not-applicable',
};

/** EC2 API Reference, DescribeInstanceStatus: at most 100 explicitly specified ids. */
const MOST_IDS = 100;

/** Status checks of running instances, of all on request. EC2 API Reference, DescribeInstanceStatus. */
export const describeInstanceStatus =
  (context: Ec2Context) =>
  async (input: DescribeInstanceStatusRequest): Promise<DescribeInstanceStatusResult> => {
    const { clock, faults, pages, state } = context;
    const fits = matching(input.Filters, FILTERS);
    const matches = (sight: Sight) =>
      (input.IncludeAllInstances === true || sight.version.state === 'running') && fits(sight);
    const ids = input.InstanceIds ?? [];
    if (ids.length > 0 && (input.MaxResults !== undefined || input.NextToken !== undefined)) {
      throw invalidCombination('The parameter instanceIdsSet cannot be used with the parameter maxResults');
    }
    if (ids.length > MOST_IDS)
      throw invalidValue('instanceIdsSet', `${ids.length} ids`, `At most ${MOST_IDS}.`);
    if (input.DryRun) throw wouldSucceed();
    const time = clock.now() - faults.readAge('DescribeInstanceStatus');
    if (ids.length > 0) {
      return { InstanceStatuses: unpaged(named(context, ids, time), matches).map(statusOf) };
    }
    const { things, next } = page(
      sights(state.all(), time),
      ({ facts }) => facts.sequence,
      matches,
      input,
      pages,
      faults.emptyPage('DescribeInstanceStatus'),
    );
    return {
      InstanceStatuses: things.map(statusOf),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  };

const statusOf = ({ facts, version }: Sight): InstanceStatus => ({
  InstanceId: facts.id,
  AvailabilityZone: facts.zone,
  InstanceState: stateOf(version.state),
  InstanceStatus: summary(version.checks.instance, version.impairedSince),
  SystemStatus: summary(version.checks.system, version.impairedSince),
});

const summary = (status: CheckStatus, since: Instant | undefined): InstanceStatusSummary => ({
  Status: status,
  ...(status === 'not-applicable'
    ? {}
    : {
        Details: [
          {
            Name: 'reachability',
            Status: REACHABILITY[status] as NonNullable<
              NonNullable<InstanceStatusSummary['Details']>[number]['Status']
            >,
            ...(status === 'impaired' && since !== undefined ? { ImpairedSince: new Date(since) } : {}),
          },
        ],
      }),
});
