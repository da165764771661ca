import { usage } from './failure.js';

/** A port of this machine as the user typed it. */
export function portOption(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw usage(`"${text}" is not a port; give a number from 1 to 65535`);
  }
  return port;
}
