/** Command lines of a shell block: comments off, continued lines joined, what stands in `$(…)` told on its own. */
export const commandLines = (block: string): readonly string[] =>
  block
    .replace(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '');

/** Words of a simple command, as a shell would take them apart; no expansion. */
export const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/["']/g, ''));

/** All shell blocks of a page, by the heading of the second level above them. */
export const shellBlocks = (
  markdown: string,
): readonly { readonly heading: string; readonly text: string }[] =>
  markdown.split(/^## /m).flatMap((part) => {
    const heading = part.split('\n', 1)[0] ?? '';
    return [...part.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, language, text = '']) =>
      language === 'sh' ? [{ heading, text }] : [],
    );
  });
