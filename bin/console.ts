import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock, systemRandom } from '../lambdas/system.js';
import type { RunConsole } from '../lib/cli/command.js';
import { rpcTarget } from '../lib/cli/rpc-target.js';
import { type ConsoleSite, consoleSite } from '../lib/console/console-site.js';
import { type Endpoint, serve } from '../lib/local/serve.js';
import { ownPackage } from './own-package.js';
import { stopped } from './stopped.js';

const fileNear = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The folder of the page: as it was built for the package; in a checkout built now, for this process alone. */
const pageDirectory = (): (() => Promise<string>) => {
  let found: Promise<string> | undefined;
  const find = async (): Promise<string> => {
    if (!existsSync(fileNear('./build-page.ts'))) return fileNear('../dist/console');
    const own = mkdtempSync(join(tmpdir(), 'holdfast-console-'));
    process.once('exit', () => rmSync(own, { recursive: true, force: true }));
    await (await import('./build-page.js')).buildPage(own);
    return own;
  };
  return () => {
    found ??= find();
    return found;
  };
};

/** The console of `holdfast up`, which asks the control plane in the same process. */
export const localConsole = (
  endpoints: Readonly<Record<'rpc' | 'cloud', Endpoint>>,
  name: string,
  signal: AbortSignal,
): ConsoleSite => {
  const page = pageDirectory();
  // Built while the control plane starts; whoever opens the page is told when that went wrong.
  page().catch(() => undefined);
  const transport = {
    name,
    send: (request: unknown, to: 'rpc' | 'cloud') => endpoints[to](request),
  };
  return consoleSite({
    target: rpcTarget(transport, { clock: systemClock, random: systemRandom, signal }),
    where: 'local',
    stack: 'local',
    version: ownPackage().version,
    page,
  });
};

/** `holdfast console`: the page for a control plane elsewhere, until the signal. */
export const runConsole: RunConsole = async ({ target, where, stack, port, readOnly, io, onServing }) => {
  const key = where === 'aws' ? randomBytes(24).toString('base64url') : undefined;
  const site = consoleSite({
    target,
    where,
    stack,
    version: ownPackage().version,
    page: pageDirectory(),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(key === undefined ? {} : { key }),
  });
  const server = await serve(port, {}, site.handle);
  try {
    onServing(`${server.url}/${key === undefined ? '' : `?key=${key}`}`);
    await stopped(io.signal);
    return 0;
  } finally {
    site.stop();
    await server.close();
  }
};
