import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { virtualClock } from '../../../lib/local/clock.js';
import { startLocalCloud } from '../../../lib/local/local-cloud.js';
import { START } from '../a-cloud.js';
import { definition, HOUR_MS, typesOf } from './a-states.js';

const DAY_MS = 24 * HOUR_MS;
const WAITING = { Wait: { Type: 'Wait', Seconds: 60, Next: 'End' }, End: { Type: 'Succeed' } };

describe('a restart', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'local-states-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('what ended is found as it ended, what ran is found ABORTED, and both keep their names', async () => {
    const open = async (now: number) => {
      const clock = virtualClock(now);
      const cloud = await startLocalCloud({ clock, seed: 1, directory });
      const arn = cloud.states.putStateMachine({ name: 'm', role: 'r', definition: definition(WAITING) });
      const { sfn } = cloud.clients('tester');
      const start = (name: string) => sfn.send(new StartExecutionCommand({ stateMachineArn: arn, name }));
      const describeIt = (name: string) =>
        sfn.send(
          new DescribeExecutionCommand({
            executionArn: `${arn.replace('stateMachine', 'execution')}:${name}`,
          }),
        );
      return { cloud, clock, sfn, start, describeIt };
    };
    const before = await open(START);
    await before.start('ended');
    await before.clock.advance(50_000);
    await before.start('ran');
    await before.clock.advance(10_000);
    const ended = await before.describeIt('ended');
    expect(ended.status).toBe('SUCCEEDED');
    await before.cloud.stop();
    await before.clock.advance(HOUR_MS);

    const after = await open(START + DAY_MS);
    expect(await after.describeIt('ended')).toEqual(ended);
    const aborted = await after.describeIt('ran');
    expect(aborted).toMatchObject({ status: 'ABORTED', startDate: new Date(START + 50_000) });
    expect(aborted.cause).toContain('stopped while it ran');
    for (const name of ['ended', 'ran']) {
      await expect(after.start(name)).rejects.toThrow(ExecutionAlreadyExists);
    }
    const { events } = await after.sfn.send(
      new GetExecutionHistoryCommand({ executionArn: aborted.executionArn }),
    );
    expect(typesOf(events ?? [])).toEqual(['ExecutionStarted', 'ExecutionAborted']);
    await after.cloud.stop();

    const later = await open(START + 2 * DAY_MS);
    expect(await later.describeIt('ran')).toEqual(aborted);
    await later.cloud.stop();
  });
});
