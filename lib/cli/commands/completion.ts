import type { Command, Entry } from '../command.js';
import { completionScript, isShell, SHELLS } from '../completion.js';
import { usage } from '../failure.js';

/** The tree is handed in, since this command is part of it. */
export const completion = (entries: () => readonly Entry[]): Command => ({
  name: 'completion',
  summary: `print a completion script for ${SHELLS.join(', ')}`,
  words: [{ name: 'SHELL', help: SHELLS.join(', '), choices: SHELLS }],
  examples: ['source <(holdfast completion bash)', 'holdfast completion fish | source'],
  run: async (_, given) => {
    const shell = given.word(0);
    if (!isShell(shell)) throw usage(`no completion for "${shell}"; there is one for ${SHELLS.join(', ')}`);
    const script = completionScript(shell, entries());
    return { text: script, json: { shell, script } };
  },
});
