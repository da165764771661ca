import type { GroupSummary } from '../../protocol.js';
import { groupStatus } from './group-status.js';
import { plural } from './plural.js';

/** The whole fleet in one sentence, and what stands behind it. */
export const headline = (
  groups: readonly GroupSummary[],
): { readonly title: string; readonly more: string } => {
  if (groups.length === 0) return { title: 'Nothing is declared yet', more: '' };
  const away = groups.filter(({ converged, watch }) => watch === 'watched' && !converged);
  const isCalm = away.every((group) => groupStatus(group).tone === 'busy');
  return { title: titleOf(groups.length, away.length, isCalm), more: moreOf(groups) };
};

const titleOf = (all: number, away: number, isCalm: boolean): string => {
  const word = away === 0 ? 'as declared' : isCalm ? 'converging' : 'not as declared';
  if (all === 1) return `The group is ${word}`;
  if (away === 0 || away === all) return `${all === 2 ? 'Both' : `All ${all}`} groups are ${word}`;
  return `${away} of ${all} groups ${away === 1 ? 'is' : 'are'} ${word}`;
};

const moreOf = (groups: readonly GroupSummary[]): string => {
  const sum = (of: (group: GroupSummary) => number) => groups.reduce((total, group) => total + of(group), 0);
  const count = (is: (group: GroupSummary) => boolean) => groups.filter(is).length;
  const rolling = count(
    ({ rolloutStatus }) => rolloutStatus === 'running' || rolloutStatus === 'rolling-back',
  );
  const held = count(({ rolloutStatus }) => ['paused', 'stopped', 'failed'].includes(rolloutStatus ?? ''));
  const parts = [
    `${sum(({ healthy }) => healthy)} healthy of ${sum(({ declared }) => declared)} declared instances`,
    ...counted(rolling, 'rollout under way', 'rollouts under way'),
    ...counted(held, 'rollout held', 'rollouts held'),
    ...counted(
      count(({ breakerOpen }) => breakerOpen),
      'breaker open',
      'breakers open',
    ),
    ...counted(
      count(({ quorumLost }) => quorumLost),
      'quorum lost',
      'quorums lost',
    ),
    ...counted(
      count(({ frozen }) => frozen),
      'group frozen',
      'groups frozen',
    ),
  ];
  return parts.join(' · ');
};

const counted = (count: number, one: string, several: string): readonly string[] =>
  count === 0 ? [] : [plural(count, one, several)];
