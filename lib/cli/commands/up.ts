import { resolve } from 'node:path';
import type { Command } from '../command.js';
import { Failure, usage } from '../failure.js';
import { portOption } from '../port-option.js';

const PORT = '4580';
/** Beside the user's config, and in .gitignore. */
const DIRECTORY = '.holdfast';

export const up: Command = {
  name: 'up',
  summary: 'run the local cloud and the control plane in it, with its console, until stopped',
  flags: [
    { flags: '--port <port>', help: 'where it listens on 127.0.0.1', fallback: PORT },
    { flags: '--fresh', help: 'start empty: forget every group and instance of before' },
    {
      flags: '--real-nodes',
      help: 'instances execute their user data, in namespaces of this machine (Linux, root); begin with --fresh',
    },
    { flags: '--directory <path>', help: 'where everything is kept', fallback: DIRECTORY },
  ],
  examples: ['holdfast up', 'holdfast up --port 4600 --fresh', 'sudo holdfast up --real-nodes --fresh'],
  run: async (context, given) => {
    const { io, world } = context;
    if (given.text('stack') !== undefined) throw usage('up runs the local cloud; leave out --stack');
    const port = portOption(given.text('port') ?? PORT);
    if (world.runLocalCloud === undefined) throw new Failure('Missing', 'this build has no local cloud');
    const directory = resolve(io.directory, given.text('directory') ?? DIRECTORY);
    const exitCode = await world.runLocalCloud({
      port,
      fresh: given.flag('fresh'),
      realNodes: given.flag('realNodes'),
      directory,
      // With --json, what it tells while it runs is not the document.
      io: context.json ? { ...io, stdout: io.stderr } : io,
      // At once and not at the end: whoever reads it wants to know where to ask.
      onServing: (url) => {
        if (context.json) context.emit({ text: '', json: { url, directory } });
      },
    });
    return { text: '', exitCode };
  },
};
