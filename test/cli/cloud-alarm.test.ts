import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { cloudEndpoint } from '../../lib/local/cloud-endpoint.js';
import { scriptedFaults } from '../../lib/local/faults.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import { aCloud } from '../local/a-cloud.js';
import { documentOf, run } from './world.js';

describe('holdfast cloud alarm, asked of the local cloud', () => {
  const local = async () => {
    const cloud = await aCloud();
    const endpoint = cloudEndpoint(cloud, scriptedFaults(cloud.clock, seededRandom(1)), 'config');
    const connect = async () => ({ name: 'local cloud', send: (request: unknown) => endpoint(request) });
    return { cloud, connect };
  };

  it('sets the state that others read', async () => {
    const { cloud, connect } = await local();
    const ran = await run('cloud alarm web-errors ALARM --json', { connect });
    expect(documentOf(ran)).toEqual({ name: 'web-errors', state: 'ALARM' });
    const { MetricAlarms } = await cloud
      .clients('app')
      .cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['web-errors'] }));
    expect(MetricAlarms).toMatchObject([{ AlarmName: 'web-errors', StateValue: 'ALARM' }]);
    expect((await run('cloud alarm web-errors OK', { connect })).out).toBe('Alarm web-errors is OK\n');
    expect(cloud.cloudwatch.alarm('web-errors')?.state).toBe('OK');
  });

  it('names the states when it is given another', async () => {
    const ran = await run('cloud alarm web-errors red', await local());
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain('State is "red"; give OK, ALARM, INSUFFICIENT_DATA');
  });
});
