import { ConflictError } from '../../core/errors.js';
import { type EventName, groupEvent } from '../../core/group-event.js';
import type { GroupRecord } from '../../core/group-record.js';
import type { GroupChange } from '../../ports/group-store.js';
import { answersWith, answerTo } from '../commit-groups.js';
import type { Runtime } from '../runtime.js';
import { wakeGroup } from '../wake-group.js';

const MOST_TRIES = 5;

export interface Command<Answer> {
  readonly requestId?: string | undefined;
  /** Reads the group afresh at each try. @throws when the command is refused. */
  readonly read: () => Promise<GroupRecord>;
  /** What to write and answer; `undefined` change when the group is as asked already. */
  readonly decide: (record: GroupRecord) => Promise<{
    readonly change?: GroupChange;
    readonly answer: Answer;
    readonly event?: [EventName, string];
  }>;
}

/** One user command on one group: read, decide, one conditional write that raises the intent, then a wake. */
export const command = async <Answer>(
  runtime: Runtime,
  { requestId, read, decide }: Command<Answer>,
): Promise<Answer> => {
  for (let tries = 1; ; tries += 1) {
    const record = await read();
    const before = answerTo(record, requestId);
    if (before !== undefined) {
      await wakeGroup(runtime, record.id);
      return before as unknown as Answer;
    }
    const { change, answer, event } = await decide(record);
    if (change === undefined) return answer;
    try {
      await runtime.store.command(
        record.id,
        { ...change, ...answersWith(record, requestId, answer) },
        { intent: record.intent },
      );
    } catch (error) {
      if (!(error instanceof ConflictError) || tries >= MOST_TRIES) throw error;
      continue;
    }
    if (event) await tellOne(runtime, record, event);
    await wakeGroup(runtime, record.id);
    return answer;
  }
};

const tellOne = async (
  runtime: Runtime,
  record: GroupRecord,
  [name, reason]: [EventName, string],
): Promise<void> => {
  const told = groupEvent(runtime.clock.now(), name, record.id, reason, {
    what: `command-${record.intent + 1}`,
  });
  await runtime.store.putEvents([told]);
  await runtime.bus.publish([told]);
};
