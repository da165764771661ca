import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../lib/core/json.js';
import { goodProperties, mistakesIn } from './group-text.js';

const withUpdating = (updating: Json, more: JsonObject = {}): Json => ({
  ...goodProperties(),
  ...more,
  Updating: updating,
});

const windowOf = (Cron: string, Duration = '2h'): Json =>
  withUpdating({ MaintenanceWindows: [{ Cron, Duration }] });

const WINDOW = 'Updating.MaintenanceWindows[0]';

describe('Updating', () => {
  it.each<readonly [string, Json, string]>([
    [
      'a canary of none',
      withUpdating({ Canary: { Size: 0 } }),
      'Updating.Canary.Size: must be at least 1, not 0',
    ],
    [
      'a canary of no share',
      withUpdating({ Canary: { Size: '0.0%' } }),
      'Updating.Canary.Size: must be at least 1, not "0.0%"',
    ],
    [
      'a checkpoint before anything',
      withUpdating({ Checkpoints: [{ At: '0%', Wait: '1m' }] }),
      'Updating.Checkpoints[0].At: must be at least "1%", not "0%"',
    ],
    [
      'a checkpoint after everything',
      withUpdating({ Checkpoints: [{ At: '101%', Wait: '1m' }] }),
      'Updating.Checkpoints[0].At: must be a share such as "20%", not "101%"',
    ],
    [
      'an alarm twice',
      withUpdating({ Alarms: ['a', 'b', 'a'] }),
      'Updating.Alarms[2]: alarm "a" specified more than once',
    ],
    [
      'no time for it all',
      withUpdating({ Deadline: '0s' }),
      'Updating.Deadline: must be longer than nothing, not "0s"',
    ],
    [
      'no time to drain',
      withUpdating({ DrainTimeout: '0' }),
      'Updating.DrainTimeout: must be longer than nothing, not "0"',
    ],
    [
      'no time to get healthy',
      withUpdating({ HealthTimeout: '0m' }),
      'Updating.HealthTimeout: must be longer than nothing, not "0m"',
    ],
    [
      'a surge share of pets',
      withUpdating({ MaxSurge: '20%' }, { Allocation: { LogicalIDs: ['a'] } }),
      'Updating.MaxSurge: must be 0 for a group with LogicalIDs: no identity can run twice',
    ],
    [
      'neither surge nor unavailable',
      withUpdating({ MaxUnavailable: 0, MaxSurge: '0%' }),
      'Updating.MaxUnavailable: must not be 0 while MaxSurge is 0: nothing could ever be replaced',
    ],
    [
      'a window of no time',
      windowOf('0 2 * * *', '0s'),
      `${WINDOW}.Duration: must be longer than nothing, not "0s"`,
    ],
    [
      'a window of over a year',
      windowOf('0 2 * * *', '8785h'),
      `${WINDOW}.Duration: must be a duration of at most a year, not "8785h"`,
    ],
    [
      'a window that never comes',
      windowOf('0 0 31 2 *'),
      `${WINDOW}.Cron: never comes: no month of "2" has a day of "31"`,
    ],
  ])('says what is wrong with %s', (_, properties, message) => {
    expect(mistakesIn(properties)).toEqual([message]);
  });

  it.each<readonly [string, Json]>([
    [
      'checkpoints up to the whole',
      withUpdating({
        Checkpoints: [
          { At: '1%', Wait: '1m' },
          { At: '100%', Wait: 'approval' },
        ],
      }),
    ],
    ['a window of a year', windowOf('0 2 * * SAT-SUN', '8784h')],
    ['pets without surge', withUpdating({ MaxSurge: '0%' }, { Allocation: { LogicalIDs: ['a'] } })],
  ])('accepts %s', (_, properties) => {
    expect(mistakesIn(properties)).toEqual([]);
  });
});
