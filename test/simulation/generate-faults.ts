import type { FaultRule } from '../../lib/local/fault-rule.js';
import type { Dice } from './dice.js';

const SERVICES = ['EC2', 'DynamoDB', 'DynamoDB', 'SSM', 'SQS', 'EventBridge', 'Lambda', 'S3', 'SFN'];
/** Calls at which it matters most that something goes wrong. */
const CALLS = [
  { service: 'EC2', operation: 'RunInstances' },
  { service: 'EC2', operation: 'RunInstances' },
  { service: 'EC2', operation: 'TerminateInstances' },
  { service: 'EC2', operation: 'DescribeInstances' },
  { service: 'EC2', operation: 'CreateTags' },
  { service: 'DynamoDB', operation: 'update' },
  { service: 'DynamoDB', operation: 'update' },
  { service: 'DynamoDB', operation: 'takeLease' },
  { service: 'DynamoDB', operation: 'putInstances' },
  { service: 'DynamoDB', operation: 'command' },
  { service: 'DynamoDB', operation: 'create' },
  { service: 'DynamoDB', operation: 'read' },
  { service: 'DynamoDB', operation: 'putEvents' },
  { service: 'DynamoDB', operation: 'wake' },
  { service: 'SQS', operation: 'SendMessage' },
  { service: 'SSM', operation: 'SendCommand' },
];
const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

/** Calls that may take effect long after their caller has given them up. */
const LATE_CALLS = [
  { service: 'EC2', operation: 'RunInstances' },
  { service: 'EC2', operation: 'TerminateInstances' },
  { service: 'DynamoDB', operation: 'update' },
  { service: 'DynamoDB', operation: 'update' },
  { service: 'DynamoDB', operation: 'command' },
];

/**
 * EC2 may start what it was asked for as long as its sender could have asked, and what the network holds on to. A write is
 * conditional, so that it may come as late as it likes.
 */
const late = (luck: Dice, times: number): FaultRule => {
  const call = luck.one(LATE_CALLS);
  return { kind: 'late-effect', ms: luck.from(1, call.service === 'EC2' ? 8 : 60) * 1000, ...call, times };
};

/** One misfortune of a kind that the story has. */
export const faultsOf = (luck: Dice, temper: readonly FaultRule['kind'][]): readonly FaultRule[] => {
  const kind = luck.one(temper);
  const forMs = luck.from(20, 300) * 1000;
  const times = luck.from(1, 6);
  const call = luck.one(CALLS);
  switch (kind) {
    case 'read-lag':
      return [{ kind, ms: luck.from(1, 180) * 1000, forMs }];
    case 'stale-read':
      return [{ kind, ms: luck.from(1, 150) * 1000, chance: luck.fraction(), forMs }];
    case 'throttle':
      // Nobody can be asked for long, and everything else works.
      if (luck.chance(0.2))
        return [{ kind, service: 'EC2', operation: 'DescribeInstanceStatus', forMs: 3 * forMs }];
      return luck.chance(0.5) ? [{ kind, service: luck.one(SERVICES), forMs }] : [{ kind, ...call, times }];
    case 'outage':
      // Once in a while an hour without EC2.
      return luck.chance(0.1)
        ? [{ kind, service: 'EC2', forMs: 3_600_000 }]
        : [{ kind, service: luck.one(SERVICES), forMs: luck.from(10, 180) * 1000 }];
    case 'answer-lost':
      return [{ kind, ...call, times }];
    case 'late-effect':
      return [late(luck, times)];
    case 'crash':
      return luck.chance(0.5)
        ? [{ kind, when: luck.one(['before', 'after']), call: luck.from(1, 60) }]
        : [{ kind, when: luck.one(['before', 'after']), call: luck.from(1, 3), ...call }];
    case 'empty-page':
      return [{ kind, operation: 'DescribeInstances', times }];
    case 'no-capacity':
      return luck.chance(0.6) ? [{ kind, zone: luck.one(ZONES), forMs }] : [{ kind, forMs }];
    case 'vcpu-quota':
      return [{ kind, vcpus: luck.from(0, 8), forMs }];
    case 'partial':
      return [{ kind, atMost: luck.from(1, 2), times }];
    case 'launch-dies':
      return [
        {
          kind,
          code: 'Client.VolumeLimitExceeded',
          message: 'Volume limit exceeded',
          afterMs: luck.from(1, 30) * 1000,
          times,
        },
      ];
    case 'checks-never-pass':
      return [{ kind, status: luck.one(['impaired', 'initializing', 'insufficient-data']), times }];
    case 'slow-boot':
      return [{ kind, ms: luck.from(10, 200) * 1000, times }];
    case 'slow-shutdown':
      return [{ kind, ms: luck.from(30, 400) * 1000, times }];
    case 'slow-address-release':
      return [{ kind, ms: luck.from(5, 90) * 1000, times }];
    case 'command-lost':
      return [{ kind, chance: luck.fraction(), forMs }];
    case 'slow-join':
      return [{ kind, ms: luck.from(5, 60) * 1000, times }];
    case 'events':
      return [
        {
          kind,
          how: luck.one(['late', 'twice', 'never', 'shuffled']),
          ms: luck.from(1, 120) * 1000,
          forMs: forMs * 2,
        },
      ];
  }
};
