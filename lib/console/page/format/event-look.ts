import type { Tone } from './bucket.js';
import type { Sign } from './group-status.js';

interface EventLook {
  readonly tone: Tone;
  readonly sign: Sign;
}

const look = (tone: Tone, sign: Sign): EventLook => ({ tone, sign });

/** By the word after the dot: what it says of the world. */
const LOOKS: Readonly<Record<string, EventLook>> = {
  converged: look('good', 'check'),
  healthy: look('good', 'check'),
  succeeded: look('good', 'check'),
  closed: look('good', 'check'),
  recovered: look('good', 'check'),
  'quorum-regained': look('good', 'check'),
  diverged: look('doubt', 'alert'),
  unhealthy: look('bad', 'cross'),
  failed: look('bad', 'cross'),
  gone: look('bad', 'cross'),
  tripped: look('bad', 'alert'),
  'quorum-lost': look('bad', 'cross'),
  refused: look('bad', 'cross'),
  blocked: look('bad', 'alert'),
  paused: look('doubt', 'pause'),
  stopped: look('doubt', 'pause'),
  'rolling-back': look('doubt', 'turn'),
  'rolled-back': look('doubt', 'turn'),
  untagged: look('doubt', 'alert'),
  foreign: look('doubt', 'question'),
  overridden: look('doubt', 'alert'),
  committed: look('busy', 'plus'),
  ordered: look('busy', 'plus'),
  launched: look('busy', 'plus'),
  adopted: look('busy', 'plus'),
  started: look('busy', 'turn'),
  resumed: look('busy', 'turn'),
  progressed: look('busy', 'turn'),
  registered: look('busy', 'dot'),
  'handed-over': look('still', 'turn'),
  frozen: look('busy', 'frost'),
  leaving: look('leave', 'down'),
  draining: look('leave', 'down'),
  deregistered: look('leave', 'down'),
  destroying: look('leave', 'down'),
  destroyed: look('still', 'dash'),
};

/** Tone and sign of an event; a calm dot for words that are not known. */
export const eventLook = (event: string): EventLook =>
  LOOKS[event.slice(event.indexOf('.') + 1)] ?? look('still', 'dot');
