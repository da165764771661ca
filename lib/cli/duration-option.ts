import { parseDuration } from '../core/duration.js';
import { usage } from './failure.js';

/** A duration that the API is given as it was written. */
export function durationOption(text: string): string {
  if (!parseDuration(text)) throw usage(`"${text}" is not a duration; give one such as 90s, 30m or 2h`);
  return text;
}
