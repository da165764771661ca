/** Breaks text into lines of at most `width`, at spaces; a longer word is broken anywhere, so that nothing is lost. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length > width) {
      lines.push(line);
      line = '';
    }
    while (line === '' && rest.length > width) {
      lines.push(rest.slice(0, width));
      rest = rest.slice(width);
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/** Wrapped with the first line after `first` and the others below its end. */
export function hanging(first: string, text: string, width: number): string {
  const indent = ' '.repeat(first.length);
  return wrap(text, Math.max(20, width - first.length))
    .map((line, index) => `${index === 0 ? first : indent}${line}`.trimEnd())
    .join('\n');
}
