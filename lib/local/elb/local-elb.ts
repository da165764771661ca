import {
  type DeregisterTargetsCommandInput,
  type DescribeTargetGroupsCommandInput,
  type DescribeTargetHealthCommandInput,
  InvalidTargetException,
  type RegisterTargetsCommandInput,
  type TargetDescription,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LocalClock } from '../clock.js';
import type { InstanceSight } from '../ec2/index.js';
import { answerFrom } from '../operations.js';
import type { Kept } from '../persist.js';
import { arnOf } from '../place.js';
import type { Answer } from '../route-client.js';
import { type Target, type TargetGroup, targetHealth } from './target-state.js';

export interface TargetGroupOptions extends Partial<Omit<TargetGroup, 'arn' | 'name'>> {
  readonly name: string;
}

export interface LocalElb extends Kept {
  readonly answer: Answer;
  /** Creates it, or finds the one of this name that a restart brought back, now with these options. @returns its ARN. */
  createTargetGroup(options: TargetGroupOptions): string;
  deleteTargetGroup(arn: string): void;
  /** Makes a registered target fail its health checks, for a reason, or pass them again (`undefined`). */
  setTarget(arn: string, id: string, failing: string | undefined): void;
  /** What is registered now, in truth, and its state. */
  targets(arn: string): readonly { readonly id: string; readonly state: string }[];
}

export interface ElbWorld {
  readonly clock: LocalClock;
  /** An instance as it truly is. */
  readonly instance: (id: string) => InstanceSight | undefined;
  /** Where target groups are made when they name no VPC. */
  readonly defaultVpc: () => string;
  /** Called after every change, before it is answered. */
  readonly changed?: () => void;
  readonly pageSize?: number | undefined;
}

interface KeptGroup extends TargetGroup {
  targets: readonly Target[];
}

/** ELB's own: API Reference, ModifyTargetGroupAttributes, `deregistration_delay.timeout_seconds`. */
const DELAY_SECONDS = 300;
/** An assumption: a few health checks in a row. */
const HEALTHY_AFTER_MS = 15_000;
const DEFAULT_PAGE_SIZE = 2;

const client = { $metadata: { httpStatusCode: 400 } } as const;

/** Target groups of load balancers, with instances as targets; the load balancers themselves are not there. */
export function localElb(world: ElbWorld): LocalElb {
  const { clock, pageSize = DEFAULT_PAGE_SIZE } = world;
  const groups = new Map<string, KeptGroup>();
  const changed = () => world.changed?.();

  const find = (arn: string | undefined): KeptGroup => {
    const found = groups.get(arn ?? '');
    if (found) return found;
    throw new TargetGroupNotFoundException({ message: `Target groups '${arn}' not found`, ...client });
  };
  const healthOf = (group: KeptGroup, target: Target) =>
    targetHealth(group, target, world.instance(target.id), clock.now());
  /** Those that are still there, with the rest forgotten. */
  const present = (group: KeptGroup): readonly Target[] => {
    group.targets = group.targets.filter((target) => healthOf(group, target) !== undefined);
    return group.targets;
  };

  /**
   * API Reference, RegisterTargets: an instance must be running and in the target group's VPC, else `InvalidTarget`.
   * An assumption: one such target fails the whole call.
   */
  const register = ({ TargetGroupArn, Targets }: RegisterTargetsCommandInput) => {
    const group = find(TargetGroupArn);
    const ids = idsOf(Targets);
    for (const id of ids) {
      const instance = world.instance(id);
      if (instance === undefined) throw invalid(`Instance ID '${id}' is not valid`);
      if (instance.state !== 'running')
        throw invalid(`The following targets are not in a running state and cannot be registered: '${id}'`);
      if (instance.vpc !== group.vpc)
        throw invalid(`The following targets are not in the target group VPC '${group.vpc}': '${id}'`);
    }
    const now = clock.now();
    const staying = present(group).filter(
      ({ id, deregisteredAt }) => !ids.includes(id) || deregisteredAt === undefined,
    );
    const fresh = ids.filter((id) => !staying.some((target) => target.id === id));
    group.targets = [...staying, ...fresh.map((id) => ({ id, registeredAt: now }))];
    changed();
    return {};
  };

  /** API Reference, DeregisterTargets: "If the specified target does not exist, the action returns successfully." */
  const deregister = ({ TargetGroupArn, Targets }: DeregisterTargetsCommandInput) => {
    const group = find(TargetGroupArn);
    const ids = idsOf(Targets);
    const now = clock.now();
    group.targets = present(group).map((target) =>
      ids.includes(target.id) && target.deregisteredAt === undefined
        ? { ...target, deregisteredAt: now }
        : target,
    );
    changed();
    return {};
  };

  /** API Reference, DescribeTargetHealth: of all registered targets, in one answer, or of those named. */
  const describeHealth = ({ TargetGroupArn, Targets }: DescribeTargetHealthCommandInput) => {
    const group = find(TargetGroupArn);
    const known = present(group);
    const wanted = Targets === undefined ? known.map(({ id }) => id) : idsOf(Targets);
    return {
      TargetHealthDescriptions: wanted.map((id) => {
        const target = known.find((candidate) => candidate.id === id);
        return {
          Target: { Id: id, Port: 80 },
          HealthCheckPort: '80',
          TargetHealth: (target && healthOf(group, target)) ?? {
            State: 'unused',
            Reason: 'Target.NotRegistered',
            Description: 'Target is not registered to the target group',
          },
        };
      }),
    };
  };

  const describeGroups = (input: DescribeTargetGroupsCommandInput) => {
    const { TargetGroupArns, Names, Marker, PageSize } = input;
    for (const arn of TargetGroupArns ?? []) find(arn);
    const all = [...groups.values()].filter(
      ({ arn, name }) => (TargetGroupArns?.includes(arn) ?? true) && (Names?.includes(name) ?? true),
    );
    const from = Marker === undefined ? 0 : Number(Marker);
    const limit = Math.min(PageSize ?? pageSize, pageSize);
    const next = from + limit;
    return {
      TargetGroups: all.slice(from, next).map(({ arn, name, vpc }) => ({
        TargetGroupArn: arn,
        TargetGroupName: name,
        VpcId: vpc,
        TargetType: 'instance',
      })),
      ...(next < all.length && { NextMarker: String(next) }),
    };
  };

  return {
    answer: answerFrom('Elastic Load Balancing', {
      RegisterTargets: register,
      DeregisterTargets: deregister,
      DescribeTargetHealth: describeHealth,
      DescribeTargetGroups: describeGroups,
    }),
    createTargetGroup: ({ name, ...options }) => {
      const arn = targetGroupArn(name);
      groups.set(arn, {
        vpc: world.defaultVpc(),
        deregistrationDelaySeconds: DELAY_SECONDS,
        healthyAfterMs: HEALTHY_AFTER_MS,
        attached: true,
        ...options,
        name,
        arn,
        targets: groups.get(arn)?.targets ?? [],
      });
      changed();
      return arn;
    },
    deleteTargetGroup: (arn) => {
      groups.delete(find(arn).arn);
      changed();
    },
    setTarget: (arn, id, failing) => {
      const group = find(arn);
      if (!present(group).some((target) => target.id === id))
        throw new Error(`"${id}" is no target of "${group.name}"`);
      group.targets = group.targets.map((target) =>
        target.id === id ? withFailing(target, failing) : target,
      );
      changed();
    },
    targets: (arn) => {
      const group = find(arn);
      return present(group).map((target) => ({
        id: target.id,
        state: healthOf(group, target)?.State ?? 'unused',
      }));
    },
    snapshot: () => [...groups.values()],
    restore: (state) => {
      for (const group of state as readonly KeptGroup[]) groups.set(group.arn, { ...group });
    },
  };
}

/** The same name is always the same ARN here; on AWS its last part is random. */
const targetGroupArn = (name: string): string =>
  arnOf(
    'elasticloadbalancing',
    `targetgroup/${name}/${Buffer.from(name).toString('hex').padEnd(16, '0').slice(0, 16)}`,
  );

const idsOf = (targets: readonly TargetDescription[] | undefined): readonly string[] => [
  ...new Set((targets ?? []).flatMap(({ Id }) => (Id === undefined ? [] : [Id]))),
];

const invalid = (message: string) => new InvalidTargetException({ message, ...client });

const withFailing = (target: Target, failing: string | undefined): Target => {
  const { failing: _, ...passing } = target;
  return failing === undefined ? passing : { ...passing, failing };
};
