import type { GroupSummary } from '../../protocol.js';
import type { Tone } from './bucket.js';

/** One sign of the page, drawn by `Glyph`. */
export type Sign =
  | 'check'
  | 'turn'
  | 'cross'
  | 'alert'
  | 'pause'
  | 'frost'
  | 'dash'
  | 'plus'
  | 'down'
  | 'question'
  | 'star'
  | 'dot'
  | 'half';

export interface GroupStatus {
  readonly word: string;
  readonly tone: Tone;
  readonly sign: Sign;
}

/** Where a group stands in two words: the first thing that somebody should know of it. */
export const groupStatus = (group: GroupSummary): GroupStatus =>
  endingStatus(group.watch) ?? troubleStatus(group) ?? rolloutStatus(group) ?? steadyStatus(group);

const endingStatus = (watch: string): GroupStatus | undefined => {
  if (watch === 'watched') return undefined;
  if (watch === 'destroying') return { word: 'being destroyed', tone: 'leave', sign: 'down' };
  if (watch === 'freeing') return { word: 'being freed', tone: 'still', sign: 'turn' };
  return { word: watch === 'free' ? 'not watched' : watch, tone: 'still', sign: 'dash' };
};

const troubleStatus = (group: GroupSummary): GroupStatus | undefined => {
  if (group.quorumLost) return { word: 'quorum lost', tone: 'bad', sign: 'cross' };
  if (group.breakerOpen) return { word: 'breaker open', tone: 'bad', sign: 'alert' };
  if (group.rolloutStatus === 'failed') return { word: 'rollout failed', tone: 'bad', sign: 'cross' };
  return undefined;
};

const rolloutStatus = ({ rolloutStatus, frozen }: GroupSummary): GroupStatus | undefined => {
  if (rolloutStatus === 'paused') return { word: 'rollout paused', tone: 'doubt', sign: 'pause' };
  if (rolloutStatus === 'stopped') return { word: 'rollout stopped', tone: 'doubt', sign: 'pause' };
  if (frozen) return { word: 'frozen', tone: 'busy', sign: 'frost' };
  if (rolloutStatus === 'rolling-back') return { word: 'rolling back', tone: 'busy', sign: 'turn' };
  if (rolloutStatus === 'running') return { word: 'rolling', tone: 'busy', sign: 'turn' };
  return undefined;
};

const steadyStatus = ({ converged }: GroupSummary): GroupStatus =>
  converged
    ? { word: 'as declared', tone: 'good', sign: 'check' }
    : { word: 'converging', tone: 'busy', sign: 'turn' };

/** Those that need someone first; then by name, so that nothing jumps about while it works. */
export const byAttention = (groups: readonly GroupSummary[]): readonly GroupSummary[] =>
  [...groups].sort((a, b) => weight(a) - weight(b) || (a.id < b.id ? -1 : 1));

const weight = (group: GroupSummary): number => {
  const { tone } = groupStatus(group);
  return tone === 'bad' ? 0 : tone === 'doubt' ? 1 : 2;
};
