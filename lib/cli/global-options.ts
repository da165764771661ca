import type { ExitCode, Flag } from './command.js';
import { LOCAL_URL } from './target.js';

/** Options that every command takes. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { flags: '--json', help: 'print one JSON document and nothing else on standard output' },
  { flags: '-q, --quiet', help: 'print neither target nor progress; answers and errors only' },
  { flags: '--url <url>', help: `the local cloud to talk to (default: ${LOCAL_URL})` },
  { flags: '--stack <name>', help: 'the stack on AWS to talk to; HOLDFAST_STACK in the environment' },
  { flags: '--profile <name>', help: 'AWS profile, with --stack' },
  { flags: '--region <region>', help: 'AWS region, with --stack' },
];

/** What each exit code means, whatever the command. */
export const EXIT_CODES: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'failed, or refused',
  2: 'wrong usage, or an invalid document',
  3: 'the update failed, or is held',
  4: 'timed out',
  5: 'there are changes',
  130: 'interrupted',
};
