import { contentHash } from '../core/content-hash.js';
import type { Pool, Revision } from '../core/group-spec.js';
import type { LogicalId } from '../core/ids.js';
import type { Issue } from '../core/issue.js';
import type { JsonObject } from '../core/json.js';
import type { DryRunFailure } from '../ports/instance-provider.js';
import type { Runtime } from './runtime.js';
import { renderLaunch } from './write-orders.js';

/** What group-api asks of reconcile, which alone may launch and so alone can ask whether it could. */
export interface DryRunQuestion {
  readonly request: JsonObject;
  readonly pools: readonly Pool[];
}

export interface LaunchCheck {
  readonly issues: readonly Issue[];
  readonly warnings: readonly string[];
}

/** A dry run's answer is good for ten minutes (protocol rule 30). */
const KEPT_MS = 600_000;
const answered = new WeakMap<object, Map<string, { readonly at: number; readonly check: LaunchCheck }>>();

/**
 * Asks EC2, by dry runs, whether it would accept the launches of a revision: one for each distinct (subnet, type).
 * Finds wrong images, subnets and permissions before anything is committed.
 */
export const checkLaunches = async (runtime: Runtime, revision: Revision): Promise<LaunchCheck> => {
  const { allocation } = revision.spec;
  const slot: LogicalId | undefined = allocation.kind === 'logicalIds' ? allocation.logicalIds[0] : undefined;
  const question: DryRunQuestion = {
    request: renderLaunch({ runtime, revision }, slot),
    pools: revision.pools,
  };
  const now = runtime.clock.now();
  const kept = answered.get(runtime.store) ?? new Map();
  answered.set(runtime.store, kept);
  const key = contentHash({ request: question.request, pools: question.pools.map((pool) => ({ ...pool })) });
  const before = kept.get(key);
  if (before && now - before.at < KEPT_MS) return before.check;
  const failures = (await runtime.functions.call('reconcile', {
    dryRun: question,
  })) as readonly PoolFailure[];
  const check = judge(failures);
  if (check.issues.length === 0 && check.warnings.length === 0) kept.set(key, { at: now, check });
  return check;
};

/** Puts the question to EC2, through reconcile. */
export const askEc2 = async (
  runtime: Pick<Runtime, 'functions'>,
  question: DryRunQuestion,
): Promise<LaunchCheck> =>
  judge((await runtime.functions.call('reconcile', { dryRun: question })) as readonly PoolFailure[]);

export interface PoolFailure {
  readonly pool: Pool;
  readonly failure: DryRunFailure;
}

/** Runs the dry runs; reconcile's side of the question. */
export const dryRun = async (runtime: Runtime, question: DryRunQuestion): Promise<readonly PoolFailure[]> => {
  const failures: PoolFailure[] = [];
  for (const pool of question.pools) {
    const failure = await runtime.instances.dryRun(question.request, pool);
    if (failure) failures.push({ pool, failure });
  }
  return failures;
};

const judge = (failures: readonly PoolFailure[]): LaunchCheck => {
  const said = ({ pool, failure }: PoolFailure): string => {
    const where = [pool.subnet, pool.instanceType].filter(Boolean).join(', ');
    return `${failure.code}${where ? ` (${where})` : ''}: ${failure.message}`;
  };
  const distinct = (list: readonly PoolFailure[]): readonly string[] => [...new Set(list.map(said))];
  return {
    issues: distinct(failures.filter(({ failure }) => !failure.inconclusive)).map((message) => ({
      path: 'Properties.Instance.Properties',
      message: `EC2 would refuse this launch: ${message}`,
    })),
    warnings: distinct(failures.filter(({ failure }) => failure.inconclusive)).map(
      (message) => `not validated with EC2: ${message}`,
    ),
  };
};
