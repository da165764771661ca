import type { Tone } from '../format/bucket.js';
import type { Sign } from '../format/group-status.js';
import { Glyph } from './glyph.js';

interface StatusProps {
  readonly sign: Sign;
  readonly tone: Tone;
  readonly word: string;
}

/** A word with its sign, both in its tone. */
export const Status = ({ sign, tone, word }: StatusProps) => (
  <span class={`status ${tone}`}>
    <Glyph sign={sign} />
    {word}
  </span>
);
