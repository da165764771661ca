import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { LIVE_STATES } from '../core/instance.js';
import { type Issue, issueText } from '../core/issue.js';
import { ALARM_STATES } from './cloudwatch/alarm.js';
import { parseFaultRule } from './fault-rule.js';
import type { ScriptedFaults } from './faults.js';
import type { TimeKeeper } from './keep-time.js';
import type { LocalCloud } from './local-cloud.js';
import type { MachineFaults } from './machine-faults.js';
import type { PacedClock } from './paced-clock.js';
import type { Endpoint } from './serve.js';

type Params = Readonly<Record<string, unknown>>;

/** What is wrong with a request; told to the caller. */
class CloudRefusal extends Error {
  readonly issues: readonly Issue[];
  constructor(message: string, name = 'Refused', issues: readonly Issue[] = []) {
    super(message);
    this.name = name;
    this.issues = issues;
  }
}

/** Sets the speed of the cloud's clock; absent where it is the machine's, which nobody can stop. */
export interface ClockSpeed {
  readonly clock: PacedClock;
  readonly keeper: Pick<TimeKeeper, 'setSpeed'>;
}

/** Faster, and what the functions really compute would take longer than they are given. */
const FASTEST = 10;

/** JSON-RPC for acting as somebody else would: the console of the local cloud's account, and its faults. */
export const cloudEndpoint = (
  cloud: LocalCloud,
  faults: ScriptedFaults,
  bucket: string,
  machines?: MachineFaults,
  speed?: ClockSpeed,
): Endpoint => {
  const { s3 } = cloud.clients('somebody');
  const known = (params: Params): string => {
    const id = params.ID;
    if (typeof id !== 'string' || cloud.ec2.instance(id) === undefined) {
      throw new CloudRefusal(
        `no instance "${String(id)}" in the local cloud; see "holdfast cloud ls"`,
        'NotFound',
      );
    }
    return id;
  };
  const befall = (what: 'kill' | 'cutOff' | 'reconnect') => async (params: Params) => {
    const id = known(params);
    if (machines === undefined) throw new CloudRefusal('no software runs on the instances of this cloud');
    if (cloud.ec2.instance(id)?.state !== 'running') throw new CloudRefusal(`"${id}" does not run`);
    await machines[what](id);
    return { ID: id };
  };
  const methods: Readonly<Record<string, (params: Params) => unknown>> = {
    'Cloud.List': () => {
      const cutOff = new Set(machines?.cutOffNow() ?? []);
      return {
        Instances: cloud.ec2
          .instances()
          .map((instance) => ({ ...viewOf(instance), ...(cutOff.has(instance.id) ? { CutOff: true } : {}) })),
      };
    },
    'Cloud.Zones': () => ({ Zones: [...new Set(cloud.ec2.world().subnets.map(({ zone }) => zone))].sort() }),
    'Cloud.Clock': () => ({
      Now: cloud.clock.now(),
      Speed: speed?.clock.speed ?? 1,
      ...(speed === undefined ? {} : { Fastest: FASTEST }),
    }),
    'Cloud.SetSpeed': ({ Speed }) => {
      if (speed === undefined) throw new CloudRefusal('this cloud runs on the time of its real nodes');
      if (typeof Speed !== 'number' || !(Speed >= 0 && Speed <= FASTEST)) {
        throw new CloudRefusal(
          `Speed is ${JSON.stringify(Speed)}; give a number from 0, which stops the clock, to ${FASTEST}`,
          'InvalidInput',
        );
      }
      speed.keeper.setSpeed(Speed);
      return { Now: cloud.clock.now(), Speed };
    },
    'Cloud.Terminate': (params) => {
      const id = known(params);
      cloud.ec2.others.terminate(id);
      return { ID: id };
    },
    'Cloud.Stop': (params) => {
      const id = known(params);
      if (!LIVE_STATES.includes(cloud.ec2.instance(id)?.state ?? 'terminated'))
        throw new CloudRefusal(`"${id}" has ended already`);
      cloud.ec2.others.stop(id);
      return { ID: id };
    },
    'Cloud.Kill': befall('kill'),
    'Cloud.CutOff': befall('cutOff'),
    'Cloud.Reconnect': befall('reconnect'),
    'Cloud.Put': async ({ Key, Text }) => {
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: textOf('Key', Key), Body: textOf('Text', Text) }),
      );
      return { Key };
    },
    'Cloud.Get': async ({ Key }) => ({ Key, Text: await read(s3, bucket, textOf('Key', Key)) }),
    'Cloud.Alarm': ({ Name, State }) => {
      const state = ALARM_STATES.find((it) => it === State);
      if (state === undefined) {
        throw new CloudRefusal(
          `State is "${String(State)}"; give ${ALARM_STATES.join(', ')}`,
          'InvalidInput',
        );
      }
      cloud.cloudwatch.setAlarm(textOf('Name', Name), state);
      return { Name, State: state };
    },
    'Cloud.Fault': ({ Rule }) => {
      const parsed = parseFaultRule(Rule);
      if ('issues' in parsed) {
        throw new CloudRefusal(parsed.issues.map(issueText).join('; '), 'InvalidInput', parsed.issues);
      }
      return { ID: faults.add(parsed.rule) };
    },
    'Cloud.Faults': () => ({ Faults: faults.list() }),
    'Cloud.RemoveFault': ({ ID }) => {
      if (typeof ID !== 'number' || !faults.remove(ID)) {
        throw new CloudRefusal(`no fault ${JSON.stringify(ID)}; see "holdfast cloud fault"`, 'NotFound');
      }
      return { ID };
    },
    'Cloud.ClearFaults': () => {
      faults.clear();
      return {};
    },
  };
  return async (body) => {
    const {
      id = null,
      method = '',
      params = {},
    } = (typeof body === 'object' && body !== null ? body : {}) as Params;
    const found = typeof method === 'string' && Object.hasOwn(methods, method) ? methods[method] : undefined;
    try {
      if (found === undefined)
        throw new CloudRefusal(
          `no method "${String(method)}"; known: ${Object.keys(methods).join(', ')}`,
          'MethodNotFound',
        );
      return { jsonrpc: '2.0', id, result: await found(params as Params) };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      const issues = error instanceof CloudRefusal && error.issues.length > 0 ? { issues: error.issues } : {};
      return { jsonrpc: '2.0', id, error: { code: -32000, message, data: { name, ...issues } } };
    }
  };
};

const textOf = (name: string, value: unknown): string => {
  if (typeof value !== 'string' || value === '')
    throw new CloudRefusal(`${name} must be a text`, 'InvalidInput');
  return value;
};

const read = async (s3: S3Client, bucket: string, key: string): Promise<string> => {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
    throw new CloudRefusal(`no object "${key}" in the config bucket`, 'NotFound');
  }
};

const viewOf = (instance: ReturnType<LocalCloud['ec2']['instances']>[number]) => ({
  ID: instance.id,
  State: instance.state,
  Tags: instance.tags,
  PrivateIP: instance.privateIp,
  Zone: instance.zone,
  InstanceType: instance.instanceType,
});
