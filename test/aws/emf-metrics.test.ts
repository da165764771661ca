import { expect, test, vi } from 'vitest';
import { emfMetrics } from '../../lib/aws/emf-metrics.js';
import { powertoolsLog } from '../../lib/aws/powertools-log.js';
import { groupId } from '../../lib/core/ids.js';

const AT = Date.UTC(2026, 0, 1);

test('it writes one line for the fleet and one for each group, with no other dimension', () => {
  const lines: string[] = [];
  const metrics = emfMetrics({ stack: 'prod', write: (line) => lines.push(line) });
  metrics.publish(
    [
      { name: 'GroupsDivergent', value: 2, unit: 'Count' },
      { name: 'Divergence', value: 3, unit: 'Count', group: groupId('web') },
      { name: 'OldestDivergenceSeconds', value: 61, unit: 'Seconds' },
      { name: 'Divergence', value: 0, unit: 'Count', group: groupId('db') },
    ],
    AT,
  );
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      _aws: {
        Timestamp: AT,
        CloudWatchMetrics: [
          {
            Namespace: 'Holdfast',
            Dimensions: [['Stack']],
            Metrics: [
              { Name: 'GroupsDivergent', Unit: 'Count' },
              { Name: 'OldestDivergenceSeconds', Unit: 'Seconds' },
            ],
          },
        ],
      },
      Stack: 'prod',
      GroupsDivergent: 2,
      OldestDivergenceSeconds: 61,
    },
    ...(
      [
        ['web', 3],
        ['db', 0],
      ] as const
    ).map(([Group, Divergence]) => ({
      _aws: {
        Timestamp: AT,
        CloudWatchMetrics: [
          {
            Namespace: 'Holdfast',
            Dimensions: [['Stack', 'Group']],
            Metrics: [{ Name: 'Divergence', Unit: 'Count' }],
          },
        ],
      },
      Stack: 'prod',
      Group,
      Divergence,
    })),
  ]);
});

test('it writes nothing when there is nothing to say', () => {
  const lines: string[] = [];
  emfMetrics({ stack: 'prod', write: (line) => lines.push(line) }).publish([], AT);
  expect(lines).toEqual([]);
});

test('it leaves no value of a long row out, and writes none elsewhere', () => {
  const lines: string[] = [];
  const elsewhere: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void elsewhere.push(line));
  const values = Array.from({ length: 250 }, (_, index) => index);
  emfMetrics({ stack: 'prod', write: (line) => lines.push(line) }).publish(
    values.map((value) => ({ name: 'TimeToHealthySeconds', value, unit: 'Seconds' })),
    AT,
  );
  log.mockRestore();
  expect(lines.flatMap((line) => JSON.parse(line).TimeToHealthySeconds)).toEqual(values);
  expect(elsewhere).toEqual([]);
});

test('powertoolsLog writes one JSON line with stack and fields', () => {
  const lines: string[] = [];
  const log = powertoolsLog({ stack: 'prod', write: (line) => lines.push(line) });
  log.info('planned', { group: 'web', actions: 2 });
  log.error('failed', { error: new TypeError('boom') });
  log.warn('slow');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'INFO', message: 'planned', service: 'holdfast', stack: 'prod', group: 'web', actions: 2 },
    { level: 'ERROR', message: 'failed', error: { name: 'TypeError', message: 'boom' } },
    { level: 'WARN', message: 'slow', stack: 'prod' },
  ]);
  expect(lines.join('')).not.toContain('\n');
});
