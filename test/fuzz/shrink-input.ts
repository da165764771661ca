import { isJsonObject, type Json } from '../../lib/core/json.js';
import type { Input } from './try-input.js';

/** The smallest input found that `fails` still says of: by leaving out ever smaller pieces of a file, or keys and items of a request. */
export const shrinkInput = async (
  input: Input,
  fails: (input: Input) => Promise<boolean>,
): Promise<Input> => {
  let smallest = input;
  for (let found = true; found; ) {
    found = false;
    for (const smaller of smallerThan(smallest)) {
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      found = true;
      break;
    }
  }
  return smallest;
};

function* smallerThan(input: Input): Generator<Input> {
  if (input.kind === 'request') {
    for (const request of withoutOne(input.request)) yield { kind: 'request', request };
    return;
  }
  const { bytes } = input;
  for (let piece = Math.ceil(bytes.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let at = 0; at < bytes.length; at += piece)
      yield { ...input, bytes: Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + piece)]) };
  }
}

/** The value without one of its keys or items, at any depth; the outer ones first. */
function* withoutOne(value: Json): Generator<Json> {
  if (!isJsonObject(value) && !Array.isArray(value)) return;
  const entries = Object.entries(value);
  const made = (rest: readonly (readonly [string, Json])[]): Json =>
    Array.isArray(value) ? rest.map(([, item]) => item) : Object.fromEntries(rest);
  for (const [key] of entries) yield made(entries.filter(([each]) => each !== key));
  for (const [key, inner] of entries)
    for (const smaller of withoutOne(inner))
      yield made(entries.map(([each, item]) => (each === key ? [each, smaller] : [each, item])));
}
