/** The text of the section under each heading of this level, by the heading without its code marks. */
export const sections = (markdown: string, level: number): ReadonlyMap<string, string> => {
  const marks = '#'.repeat(level);
  const parts = markdown.split(new RegExp(`^${marks} `, 'm')).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.search(new RegExp(`^#{1,${level}} `, 'm'));
      const section = end === -1 ? part : part.slice(0, end);
      const [heading = '', ...lines] = section.split('\n');
      return [heading.replaceAll('`', ''), lines.join('\n')];
    }),
  );
};

/** Everything set as code in a text. */
export const codeSpans = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/`([^`\n]+)`/g)].flatMap((match) => match[1] ?? []);

/** Rows of tables, as their cells. */
export const tableRows = (markdown: string): readonly (readonly string[])[] =>
  markdown
    .split('\n')
    .filter((line) => /^\|.*\|$/.test(line) && !/^\|[-| ]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

/** What differs between a list and what is documented of it, a line each. */
export const undocumented = (names: readonly string[], documented: readonly string[]): readonly string[] => [
  ...names.filter((name) => !documented.includes(name)).map((name) => `${name} is not documented`),
  ...documented.filter((name) => !names.includes(name)).map((name) => `${name} is documented and not there`),
];

/** What a method's section lacks: a parameter, or a line of errors that have codes. */
export const lacking = (
  method: string,
  section: string,
  parameters: readonly string[],
  codes: Readonly<Record<string, number>>,
): readonly string[] => {
  const spans = codeSpans(section);
  const errors = /^Errors: (.+)$/m.exec(section)?.[1];
  if (errors === undefined) return [`${method} says nothing of its errors`];
  const named = codeSpans(errors);
  return [
    ...parameters
      .filter((parameter) => !spans.some((span) => new RegExp(`\\b${parameter}\\b`).test(span)))
      .map((parameter) => `${method} does not explain ${parameter}`),
    ...named
      .filter((name) => codes[name] === undefined)
      .map((name) => `${method} names ${name}, which has no code`),
    ...(named.length === 0 && errors !== 'none of its own' ? [`${method} names no error`] : []),
  ];
};
