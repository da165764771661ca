import { isJsonObject, type Json } from './json.js';

/**
 * Renders JSON byte for byte as Go's `json.MarshalIndent(value, prefix, indent)` renders a decoded document: keys sorted
 * by their UTF-8 bytes, numbers as float64, `<`, `>`, `&`, U+2028 and U+2029 escaped. InfraKit hashes these bytes.
 */
export const goMarshalIndent = (value: Json | undefined, prefix: string, indent: string): string =>
  render(value, `\n${prefix}`, indent);

/** Control characters print as InfraKit's Go printed them: Go before 1.22 had no `\b` and `\f`. */
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that Go escapes
const ESCAPED = /["\\<>&\u2028\u2029\u0000-\u001f]/g;

const goString = (text: string): string =>
  `"${wellFormed(text).replace(ESCAPED, (char) => SHORT_ESCAPES[char] ?? unicodeEscape(char))}"`;

const unicodeEscape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Go decodes a lone surrogate as U+FFFD. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/**
 * Go prints the shortest digits that read back, with an exponent below 1e-6 and from 1e21: as JavaScript does, but for
 * the sign of zero.
 */
const goNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

const render = (value: Json | undefined, line: string, indent: string): string => {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return goString(value);
  if (typeof value === 'number') return goNumber(value);
  if (typeof value === 'boolean') return String(value);
  const inner = line + indent;
  if (!isJsonObject(value)) {
    const items = value.map((item) => render(item, inner, indent));
    return items.length === 0 ? '[]' : `[${inner}${items.join(`,${inner}`)}${line}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => ({ key: wellFormed(key), member }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
    .map(({ key, member }) => `${goString(key)}: ${render(member, inner, indent)}`);
  return members.length === 0 ? '{}' : `{${inner}${members.join(`,${inner}`)}${line}}`;
};
