import { randomUUID } from 'node:crypto';
import type { CliWorld } from './command.js';
import { localTransport } from './local-target.js';
import { parseGroupFile } from './parse-group-file.js';
import { stackClients, stackTransport } from './stack-target.js';

/** The real world: real time, HTTP and AWS. */
export const realWorld = (
  { version, schemaFile }: Pick<CliWorld, 'version' | 'schemaFile'>,
  programs: Pick<CliWorld, 'runLocalCloud' | 'runConsole'> = {},
): CliWorld => ({
  clock: {
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  },
  random: { id: () => randomUUID() },
  version,
  schemaFile,
  connect: async (choice) =>
    choice.kind === 'local' ? localTransport(choice.url) : stackTransport(choice, await stackClients(choice)),
  parseGroups: parseGroupFile,
  ...programs,
});
