import type { CheckpointView, RolloutView } from '../../protocol.js';
import type { Tone } from './bucket.js';
import type { Sign } from './group-status.js';
import { plural } from './plural.js';
import { lengthText } from './time.js';

const LOOKS: Readonly<Record<string, { word: string; tone: Tone; sign: Sign }>> = {
  running: { word: 'Rolling', tone: 'busy', sign: 'turn' },
  paused: { word: 'Paused', tone: 'doubt', sign: 'pause' },
  succeeded: { word: 'Succeeded', tone: 'good', sign: 'check' },
  failed: { word: 'Failed', tone: 'bad', sign: 'cross' },
  'rolling-back': { word: 'Rolling back', tone: 'busy', sign: 'turn' },
  'rolled-back': { word: 'Rolled back', tone: 'doubt', sign: 'check' },
  superseded: { word: 'Superseded', tone: 'still', sign: 'dash' },
  stopped: { word: 'Stopped', tone: 'doubt', sign: 'pause' },
};

export const rolloutLook = (
  status: string,
): { readonly word: string; readonly tone: Tone; readonly sign: Sign } =>
  LOOKS[status] ?? { word: status, tone: 'still', sign: 'dash' };

/** Without the status that it may begin with, which stands before it. */
export const rolloutReason = (status: string, reason: string): string => {
  const word = `${rolloutLook(status).word.toLowerCase()}: `;
  return reason.startsWith(word) ? reason.slice(word.length) : reason;
};

const PHASES: Readonly<Record<string, string>> = {
  canary: 'canary',
  'canary-bake': 'canary baking',
  rolling: 'rolling',
  checkpoint: 'at a checkpoint',
  growing: 'growing',
  bake: 'baking',
};

/** Phase and batch while it goes on, such as `canary · batch of 2 · 1 failure`. */
export const rolloutFacts = ({ phase, batch, failures, endedAt, isRollback }: RolloutView): string =>
  [
    ...(isRollback ? ['rollback'] : []),
    ...(endedAt === undefined ? [PHASES[phase] ?? phase] : []),
    ...(batch > 0 ? [`${batch} being proved`] : []),
    ...(failures > 0 ? [plural(failures, 'failure')] : []),
  ].join(' · ');

/** Share that is done, 0 to 1; a rollout of nothing is done. */
export const rolloutShare = ({ replaced, total }: Pick<RolloutView, 'replaced' | 'total'>): number =>
  total === 0 ? 1 : Math.min(1, replaced / total);

/** What happens at a checkpoint. */
export const checkpointText = ({ atPercent, wait, passed }: CheckpointView): string =>
  `at ${atPercent} %: ${wait === 'approval' ? 'waits for approval' : `waits ${lengthText(wait)}`}${passed ? ', passed' : ''}`;
