import type { Command } from '../command.js';
import { Failure } from '../failure.js';
import { portOption } from '../port-option.js';

/** Beside the local cloud's, so that both can be open. */
const PORT = '4581';

export const consolePage: Command = {
  name: 'console',
  summary: 'serve the console of a stack on 127.0.0.1, with your credentials, until stopped',
  flags: [
    { flags: '--port <port>', help: 'where it listens on 127.0.0.1', fallback: PORT },
    { flags: '--read-only', help: 'look only: the page can change nothing' },
  ],
  examples: ['holdfast console --stack holdfast', 'holdfast console --stack holdfast --read-only'],
  run: async (context, given) => {
    const { io, world, choice } = context;
    const port = portOption(given.text('port') ?? PORT);
    if (world.runConsole === undefined) throw new Failure('Missing', 'this build has no console');
    const target = await context.target();
    // Fails here, in the terminal, when the control plane cannot be reached.
    await target.call('Group.List', {});
    const readOnly = given.flag('readOnly')
      ? 'the console was started with --read-only'
      : await target.whyReadOnly();
    const exitCode = await world.runConsole({
      target,
      where: choice.kind === 'stack' ? 'aws' : 'local',
      stack: choice.kind === 'stack' ? choice.stack : 'local',
      port,
      ...(readOnly === undefined ? {} : { readOnly }),
      io,
      onServing: (url) =>
        context.emit({ text: `console at ${url} for ${target.name}`, json: { url, target: target.name } }),
    });
    return { text: '', exitCode };
  },
};
