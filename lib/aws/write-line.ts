/** To standard output as it is, where Lambda picks lines up; `console` would put its own frame around them. */
export const writeLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
