import {
  type EC2Client,
  type InstanceStatus,
  type InstanceStatusSummary,
  paginateDescribeInstanceStatus,
} from '@aws-sdk/client-ec2';
import { type InstanceId, instanceId } from '../core/ids.js';
import { chunks } from '../core/in-flight.js';
import type { CheckStatus, StatusChecks } from '../ports/instance-provider.js';
import { ec2Error, ec2Meaning } from './ec2-errors.js';

/** Ids a call, which then may not be paged: DescribeInstanceStatus' limit. */
const AT_ONCE = 100;
const PAGE = 1000;

/** Status checks of those of these that run. There is no filter by id: unknown ids are taken out and the rest asked again. */
export async function statusChecks(
  client: EC2Client,
  ids: readonly InstanceId[],
): Promise<ReadonlyMap<InstanceId, StatusChecks>> {
  const found = new Map<InstanceId, StatusChecks>();
  for (const some of chunks([...new Set(ids)], AT_ONCE)) {
    for (const status of await known(client, some)) {
      if (!status.InstanceId) continue;
      found.set(instanceId(status.InstanceId), {
        instance: check(status.InstanceStatus),
        system: check(status.SystemStatus),
      });
    }
  }
  return found;
}

/** Impaired by either check, in the whole account. Two questions, since EC2 takes filters as "and". */
export async function impaired(client: EC2Client): Promise<ReadonlySet<InstanceId>> {
  const found = new Set<InstanceId>();
  for (const name of ['instance-status.status', 'system-status.status']) {
    const filters = { Filters: [{ Name: name, Values: ['impaired'] }] };
    try {
      for (const status of await statuses(client, filters, PAGE)) {
        if (status.InstanceId) found.add(instanceId(status.InstanceId));
      }
    } catch (error) {
      throw ec2Error(error);
    }
  }
  return found;
}

const known = async (client: EC2Client, ids: readonly InstanceId[]): Promise<readonly InstanceStatus[]> => {
  if (ids.length === 0) return [];
  try {
    return await statuses(client, { InstanceIds: [...ids] });
  } catch (error) {
    if (ec2Meaning(error) !== 'unknown-instance') throw ec2Error(error);
    const named = new Set(error instanceof Error ? (error.message.match(/i-[0-9a-z]+/g) ?? []) : []);
    const others = ids.filter((id) => !named.has(id));
    if (others.length < ids.length) return known(client, others);
    // The message names none of them: halve until only the unknown ones are left alone.
    if (ids.length === 1) return [];
    const half = Math.ceil(ids.length / 2);
    return [...(await known(client, ids.slice(0, half))), ...(await known(client, ids.slice(half)))];
  }
};

const statuses = async (
  client: EC2Client,
  input: { InstanceIds: string[] } | { Filters: { Name: string; Values: string[] }[] },
  pageSize?: number,
): Promise<readonly InstanceStatus[]> => {
  const found: InstanceStatus[] = [];
  const paging = pageSize === undefined ? { client } : { client, pageSize };
  for await (const page of paginateDescribeInstanceStatus(paging, input)) {
    found.push(...(page.InstanceStatuses ?? []));
  }
  return found;
};

const CHECKS: ReadonlyMap<string, CheckStatus> = new Map(
  (['ok', 'impaired', 'initializing', 'insufficient-data', 'not-applicable'] as const).map((status) => [
    status,
    status,
  ]),
);

/** What EC2 leaves out or says in words that we do not know proves nothing. */
const check = (summary: InstanceStatusSummary | undefined): CheckStatus =>
  CHECKS.get(summary?.Status ?? '') ?? 'insufficient-data';
