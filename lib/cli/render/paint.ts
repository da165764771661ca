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

/**
 * Colours on a terminal, unless `NO_COLOR` says otherwise (https://no-color.org). `FORCE_COLOR` decides over both, as it
 * does for Node: colours even in a pipe, or with 0 none at all.
 */
export function paintFor(output: Output, env: Io['env']): Paint {
  const coloured = env.FORCE_COLOR
    ? !['0', 'false'].includes(env.FORCE_COLOR)
    : output.isTTY && !env.NO_COLOR && env.TERM !== 'dumb';
  // The stream was looked at just now; the default would look at the process's own.
  return (style, text) =>
    coloured && style !== undefined ? styleText(FORMATS[style], text, { validateStream: false }) : text;
}
