import { styleText } from 'node:util';
import type { Io, Output } from '../io.js';

export type Style = 'good' | 'bad' | 'doubtful' | 'faint' | 'heading';
export type Paint = (style: Style | undefined, text: string) => string;

const FORMATS = {
  good: 'green',
  bad: 'red',
  doubtful: 'yellow',
  faint: 'dim',
  heading: 'bold',
} as const;

/** Colours on a terminal only, and never against the user's `NO_COLOR` (https://no-color.org). */
export function paintFor(output: Output, env: Io['env']): Paint {
  const coloured = output.isTTY && !env.NO_COLOR && env.TERM !== 'dumb';
  // The stream was looked at just now; the default would look at the process's own.
  return (style, text) =>
    coloured && style !== undefined ? styleText(FORMATS[style], text, { validateStream: false }) : text;
}
