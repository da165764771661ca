import type { GroupView, RolloutView } from '../../app/api-types.js';
import type { Instant } from '../../core/ids.js';
import { agoText, durationText, timeText } from './time.js';

/** States of instances that hold no place any more. */
export const ENDING: ReadonlySet<string> = new Set(['shutting-down', 'terminated']);
const ROLLING = new Set(['running', 'rolling-back']);

/** It goes on by itself, or as soon as somebody approves it. */
export const isUnderWay = ({ Status, AwaitsApproval }: RolloutView): boolean =>
  ROLLING.has(Status) || AwaitsApproval;

const failedText = ({ Failures }: RolloutView): string => (Failures === 0 ? '' : `, ${Failures} failed`);

/** `rolling-back` as people say it. */
export const statusText = (status: string): string => status.replace('-', ' ');

/** How to approve one that waits for that; empty for any other. */
export const approvalText = ({ ID, Rollout }: GroupView): string =>
  Rollout?.AwaitsApproval ? `approve it with: holdfast group approve ${ID}` : '';

/** How far the rollout is, what it is at, and what it waits for and until when, on one line. */
export function rolloutProgress(group: GroupView, rollout: RolloutView): string {
  const { From, To, Replaced, Total, Status, Phase, WaitsFor, Until } = rollout;
  const doing = rollout.AwaitsApproval
    ? 'waits for approval'
    : Status === 'running'
      ? 'updating'
      : statusText(Status);
  const old = group.Instances.filter(({ UpToDate, State }) => !UpToDate && !ENDING.has(State)).length;
  const waits = WaitsFor === undefined ? '' : `waits: ${WaitsFor}`;
  return [
    `${doing}, revision ${From} to ${To}: ${Replaced} of ${Total} new, ${old} old${failedText(rollout)}`,
    `${Phase}${batchText(group)}`,
    [waits, waits !== '' && Until !== undefined ? `until ${timeText(Until)} UTC` : '']
      .filter(Boolean)
      .join(' '),
    approvalText(group),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** What is being replaced right now. */
function batchText({ OpenOrders, Instances }: GroupView): string {
  const ending = OpenOrders.filter(({ Instance }) => Instance !== undefined).length;
  const launching = OpenOrders.reduce((sum, { Count }) => sum + (Count ?? 0), 0);
  const proving = Instances.filter(({ Proving }) => Proving).length;
  const parts = [
    ending > 0 ? `${ending} ending` : '',
    launching > 0 ? `${launching} launching` : '',
    proving > 0 ? `${proving} being proved` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** The rollout as `group describe` shows it, a line each. */
export function rolloutLines(group: GroupView, rollout: RolloutView, now: Instant): readonly string[] {
  const { From, To, Replaced, Total, Reason, Phase, WaitsFor, Until, StartedAt, EndedAt } = rollout;
  const back = rollout.IsRollback ? ', a rollback' : '';
  const lasted =
    EndedAt === undefined
      ? `began ${agoText(StartedAt, now)} ago`
      : `took ${durationText(Date.parse(EndedAt) - Date.parse(StartedAt))}, ended ${agoText(EndedAt, now)} ago`;
  const until = Until === undefined ? '' : ` until ${timeText(Until)} UTC`;
  return [
    `${Replaced} of ${Total} replaced${failedText(rollout)}, revision ${From} to ${To}${back}`,
    EndedAt === undefined ? `${lasted}, phase ${Phase}${batchText(group)}` : lasted,
    Reason,
    WaitsFor === undefined ? '' : `waits: ${WaitsFor}${until}`,
    approvalText(group),
    isHeld(rollout) ? `go on with: holdfast group resume ${group.ID}` : '',
  ].filter((line) => line !== '');
}

/** It goes no further unless somebody resumes it. */
export const isHeld = ({ Status, AwaitsApproval }: RolloutView): boolean =>
  !AwaitsApproval && (Status === 'paused' || Status === 'stopped' || Status === 'failed');
