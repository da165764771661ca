const KEYWORD_BEFORE_REGEX = /(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|yield|await|void|delete)\s*$/;

/**
 * Source text with the content of comments, strings and regular expressions blanked out, line by line as it was, so
 * that a rule about code is not broken by prose. Code inside `${…}` of a template stays.
 */
export function codeOnly(source: string): string {
  let code = '';
  let at = 0;
  /** Depths of braces at which a template goes on. */
  const templates: number[] = [];
  let depth = 0;
  const skipTo = (end: number): void => {
    code += source.slice(at, end).replace(/[^\n]/g, ' ');
    at = end;
  };
  while (at < source.length) {
    const here = source.charAt(at);
    const pair = source.slice(at, at + 2);
    const continues = here === '}' && templates.at(-1) === depth - 1;
    if (pair === '//') skipTo(endOf(source, '\n', at));
    else if (pair === '/*') skipTo(endOf(source, '*/', at) + 2);
    else if (here === "'" || here === '"') skipTo(endOfString(source, at, here));
    else if (here === '`' || continues) {
      if (continues) {
        templates.pop();
        depth -= 1;
      }
      const end = endOfTemplatePart(source, at);
      skipTo(end.at);
      if (end.opens) {
        templates.push(depth);
        depth += 1;
      }
    } else if (here === '/' && startsRegex(code)) skipTo(endOfRegex(source, at));
    else {
      if (here === '{') depth += 1;
      if (here === '}') depth -= 1;
      code += here;
      at += 1;
    }
  }
  return code;
}

const endOf = (source: string, mark: string, from: number): number => {
  const found = source.indexOf(mark, from);
  return found === -1 ? source.length : found;
};

const endOfString = (source: string, from: number, quote: string): number => {
  for (let at = from + 1; at < source.length; at += 1) {
    if (source.charAt(at) === '\\') at += 1;
    else if (source.charAt(at) === quote) return at + 1;
  }
  return source.length;
};

const endOfTemplatePart = (
  source: string,
  from: number,
): { readonly at: number; readonly opens: boolean } => {
  for (let at = from + 1; at < source.length; at += 1) {
    if (source.charAt(at) === '\\') at += 1;
    else if (source.charAt(at) === '`') return { at: at + 1, opens: false };
    else if (source.slice(at, at + 2) === '${') return { at: at + 2, opens: true };
  }
  return { at: source.length, opens: false };
};

const endOfRegex = (source: string, from: number): number => {
  let inClass = false;
  for (let at = from + 1; at < source.length; at += 1) {
    const here = source.charAt(at);
    if (here === '\\') at += 1;
    else if (here === '[') inClass = true;
    else if (here === ']') inClass = false;
    else if (here === '\n' || (here === '/' && !inClass)) return at + 1;
  }
  return source.length;
};

const startsRegex = (before: string): boolean =>
  /(?:^|[(,=:[!&|?{};+*%<>~^-])\s*$/.test(before) || KEYWORD_BEFORE_REGEX.test(before);
