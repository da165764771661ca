import type { GroupView, InstanceView } from '../../app/api-types.js';
import type { Instant } from '../../core/ids.js';
import type { Context } from '../command.js';
import type { Style } from './paint.js';
import { ENDING, isHeld, isUnderWay, rolloutLines, statusText } from './rollout.js';
import { renderTable } from './table.js';
import type { Row } from './table-cell.js';
import { agoText, timeText } from './time.js';
import { hanging } from './wrap.js';

const HEALTH: Readonly<Record<InstanceView['Health'], Style>> = {
  healthy: 'good',
  unhealthy: 'bad',
  unknown: 'doubtful',
};

/** Enough to tell two configs apart at a glance. */
const HASH_SHOWN = 8;
const shortHash = (hash: string | undefined): string => hash?.slice(0, HASH_SHOWN) ?? '';

/** What a person should look at; anything else is only a heading. */
const OUTCOMES: Readonly<Record<string, Style>> = {
  paused: 'doubtful',
  stopped: 'doubtful',
  failed: 'bad',
  'rolling-back': 'bad',
  'rolled-back': 'bad',
};

type Look = Pick<Context, 'paint' | 'width'>;

/** A group as a person wants to see it: what it is, its instances, and what is not as it should be. */
export const groupText = (group: GroupView, now: Instant, look: Look): string =>
  [headline(group, now, look), instanceTable(group, now, look), ...remarks(group, now, look)]
    .filter((part) => part !== '')
    .join('\n\n');

/** What is on its way out is still in the list, but is no longer counted on. */
const LEAVING = new Set(['shutting-down', 'terminated', 'missing']);

/** Declared, and how much of it is there. */
export function countsText(group: GroupView): string {
  const there = group.Instances.filter(({ State }) => !LEAVING.has(State));
  const running = there.filter(({ State }) => State === 'running').length;
  const healthy = there.filter(({ Health }) => Health === 'healthy').length;
  const current = there.filter(({ UpToDate }) => UpToDate).length;
  return `${group.Declared} declared, ${running} running, ${healthy} healthy, ${current} up to date`;
}

const isBreaker = (reason: string): boolean => reason.startsWith('breaker open');

/** What is missing comes before why it is held back. */
export const reasonsText = ({ Reasons }: GroupView): string =>
  [...Reasons.filter((reason) => !isBreaker(reason)), ...Reasons.filter(isBreaker)].join('; ');

/** Nobody looks after it: what was last known of it says nothing about now. */
const isFree = ({ Watch }: GroupView): boolean => Watch === 'free';

function headline(group: GroupView, now: Instant, { paint }: Look): string {
  return [
    `Group ${paint('heading', group.ID)}: ${stateText(group, now, paint)}`,
    `  ${isFree(group) ? `${group.Declared} declared` : countsText(group)}`,
    `  revision ${group.Revision}, config hash ${group.ConfigHash}${steadyText(group)}`,
  ].join('\n');
}

/** What is rolled back to, where that is another revision. */
const steadyText = ({ Steady, Revision }: GroupView): string =>
  Steady === undefined || Steady === Revision ? '' : `, last finished revision ${Steady}`;

function stateText(group: GroupView, now: Instant, paint: Look['paint']): string {
  if (isFree(group)) return paint('doubtful', 'not watched, free');
  const since = group.DivergentSince === undefined ? '' : ` for ${agoText(group.DivergentSince, now)}`;
  const short = isExplained(group) ? `update ${statusText(group.Rollout?.Status ?? '')}` : `diverged${since}`;
  const state = group.Converged ? paint('good', 'converged') : paint('doubtful', short);
  return group.Watch === 'watched' ? state : `${state}, ${paint('doubtful', group.Watch)}`;
}

/** All that is not as declared is the rollout's doing. */
const isExplained = ({ Divergence, Rollout }: GroupView): boolean =>
  Divergence === 0 && Rollout !== undefined && (isUnderWay(Rollout) || isHeld(Rollout));

function instanceTable(group: GroupView, now: Instant, look: Look): string {
  // The records of a group's instances are forgotten when it is freed.
  if (isFree(group)) {
    return hanging(
      '',
      'its instances run on, unobserved; `holdfast instance describe` lists them',
      look.width,
    );
  }
  if (group.Instances.length === 0) return 'no instances';
  const pets = group.Instances.some(({ LogicalID }) => LogicalID !== undefined);
  const led = group.Instances.some(({ Leader }) => Leader);
  const columns = [
    { header: 'INSTANCE' },
    ...(pets ? [{ header: 'LOGICAL ID' }] : []),
    { header: 'STATE' },
    { header: 'HEALTH' },
    ...(led ? [{ header: 'ROLE' }] : []),
    { header: 'HASH' },
    { header: 'AGE', align: 'right' as const },
  ];
  const rows = group.Instances.map((instance): Row => {
    const isFine = instance.State === 'running' && instance.Health === 'healthy' && instance.UpToDate;
    const isBeingEnded = group.OpenOrders.some(({ Instance }) => Instance === instance.ID);
    const { Reason } = instance;
    const isEnding = ENDING.has(instance.State);
    const notes = [
      ...(instance.UpToDate || isEnding
        ? []
        : [`outdated: has config ${shortHash(instance.ConfigHash) || 'unknown'}`]),
      // Why something is as it should be is only in the JSON.
      ...(Reason === undefined || (isFine && !isBeingEnded) ? [] : [Reason]),
    ];
    return {
      cells: [
        instance.ID,
        ...(pets ? [instance.LogicalID ?? ''] : []),
        instance.State,
        { text: instance.Health, style: HEALTH[instance.Health] },
        ...(led ? [instance.Leader ? 'leader' : ''] : []),
        { text: shortHash(instance.ConfigHash), style: instance.UpToDate ? undefined : 'doubtful' },
        agoText(instance.LaunchedAt, now),
      ],
      notes,
    };
  });
  return renderTable(columns, rows, look);
}

function remarks(group: GroupView, now: Instant, { paint, width }: Look): readonly string[] {
  const section = (style: Style, title: string, lines: readonly string[]): string =>
    [paint(style, title), ...lines.map((line) => hanging('  ', line, width))].join('\n');
  const { Freeze, Breaker, BreakerOverrideUntil, QuorumLost, Rollout } = group;
  if (isFree(group)) return [];
  const parts: string[] = [];
  // An open breaker has a part of its own, and a group can be as declared while it is open.
  const reasons = group.Converged ? group.Reasons.filter((reason) => !isBreaker(reason)) : group.Reasons;
  if (reasons.length > 0) parts.push(section('doubtful', 'Not as declared:', reasons));
  if (group.OpenOrders.length > 0) {
    const orders = group.OpenOrders.map(({ Kind, Reason, Since, Instance, Count }) => {
      const what = [Kind, Instance, Count === undefined ? undefined : `of ${Count}`]
        .filter(Boolean)
        .join(' ');
      return `${what}, ${agoText(Since, now)} ago: ${Reason}`;
    });
    parts.push(section('heading', 'Under way:', orders));
  }
  if (Rollout !== undefined) {
    const lines = rolloutLines(group, Rollout, now);
    parts.push(
      section(OUTCOMES[Rollout.Status] ?? 'heading', `Rolling update ${statusText(Rollout.Status)}:`, lines),
    );
  }
  if (QuorumLost !== undefined) {
    const hint = `\`holdfast flavor recover ${group.ID}\` makes a new cluster from one survivor`;
    parts.push(section('bad', 'Quorum lost:', [QuorumLost, hint]));
  }
  if (Breaker !== undefined) {
    parts.push(section('bad', `Breaker open for ${agoText(Breaker.Since, now)}:`, [Breaker.Reason]));
  }
  if (BreakerOverrideUntil !== undefined) {
    parts.push(paint('doubtful', `Breaker overridden until ${timeText(BreakerOverrideUntil)} UTC`));
  }
  if (Freeze !== undefined) {
    const until = Freeze.Until === undefined ? '' : ` until ${timeText(Freeze.Until)} UTC`;
    parts.push(
      section('doubtful', `Frozen${Freeze.Fleet ? ' with the whole fleet' : ''}${until}:`, [Freeze.Reason]),
    );
  }
  if (group.Foreign.length > 0) {
    parts.push(section('doubtful', 'Foreign, so neither counted nor touched:', group.Foreign));
  }
  return parts;
}
