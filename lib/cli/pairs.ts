import { usage } from './failure.js';

/** `key=value` words; a value may hold further equals signs. */
export function pairs(words: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) throw usage(`"${word}" is not of the form key=value`);
    const key = word.slice(0, at);
    if (Object.hasOwn(found, key)) throw usage(`"${key}" is given twice; give it once`);
    Object.defineProperty(found, key, { value: word.slice(at + 1), enumerable: true });
  }
  return found;
}
