const compiled = new Map<string, RegExp>();

/** Whether a text matches a pattern in which `*` stands for any run of characters and `?` for any one. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const known = compiled.get(pattern) ?? compile(pattern);
  compiled.set(pattern, known);
  return known.test(text);
}

const compile = (pattern: string): RegExp => {
  const source = [...pattern]
    .map((it) => (it === '*' ? '[^]*' : it === '?' ? '[^]' : it.replace(/[\\^$.|+()[\]{}]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`);
};

/** The six parts of an ARN; the last keeps its colons. */
const segments = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/** ARNs match part by part: a wildcard does not reach over a colon, but in the last part. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  if (pattern.split(':').length < 6) throw new Error(`"${pattern}" is neither "*" nor a whole ARN`);
  const given = segments(arn);
  return segments(pattern).every((it, index) => matchesWildcard(it, given[index] ?? ''));
}
