import { describe, expect, it } from 'vitest';
import { checkAlarms } from '../../lib/app/check-alarms.js';
import { ThrottledError } from '../../lib/core/errors.js';
import type { AlarmState } from '../../lib/core/observation.js';

const reading = (states: Readonly<Record<string, AlarmState>>) => ({
  alarmReader: { states: async () => new Map(Object.entries(states)) },
});

describe('checkAlarms', () => {
  it('has nothing to say of alarms that are OK, and asks for none when none is named', async () => {
    const quiet = { issues: [], warnings: [] };
    expect(await checkAlarms(reading({ errors: 'OK' }), ['errors'])).toEqual(quiet);
    const unasked = {
      alarmReader: {
        states: async () => {
          throw new Error('asked');
        },
      },
    };
    expect(await checkAlarms(unasked, [])).toEqual(quiet);
  });

  it('refuses while one is in ALARM, naming its place', async () => {
    const { issues } = await checkAlarms(reading({ errors: 'OK', latency: 'ALARM' }), ['errors', 'latency']);
    expect(issues).toEqual([
      {
        path: 'Properties.Updating.Alarms[1]',
        message: 'alarm "latency" is in ALARM: wait until it is OK, or take it out',
      },
    ]);
  });

  it('warns of one that would hold the rollout', async () => {
    const { issues, warnings } = await checkAlarms(reading({ latency: 'INSUFFICIENT_DATA' }), [
      'errors',
      'latency',
    ]);
    expect(issues).toEqual([]);
    expect(warnings).toEqual([
      'alarm "errors" does not exist: the rollout would be held until it is OK',
      'alarm "latency" has no data: the rollout would be held until it is OK',
    ]);
  });

  it('warns when they cannot be read', async () => {
    const throttled = {
      alarmReader: {
        states: async () => {
          throw new ThrottledError('slow down');
        },
      },
    };
    expect(await checkAlarms(throttled, ['errors'])).toEqual({
      issues: [],
      warnings: ['the alarms cannot be read, which would hold the rollout: slow down'],
    });
  });
});
