#!/usr/bin/env node
// Launches the CLI: its TypeScript in a checkout, what was built in a package; from any folder.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Warnings of Node and of the SDK about Node's version are not for those who run a command.
if (!process.env.NODE_OPTIONS?.includes('warnings')) {
  process.env.NODE_NO_WARNINGS = '1';
  process.removeAllListeners('warning');
}

const source = new URL('./main.ts', import.meta.url);
const built = new URL('../dist/bin/main.js', import.meta.url);

async function load() {
  if (!existsSync(fileURLToPath(source))) return import(built.href);
  // Resolved from here, not from the folder in which the user stands.
  const { register } = await import('tsx/esm/api');
  register();
  return import(source.href);
}

const { main } = await load();
const code = await main(process.argv.slice(2));
if (typeof code === 'number') process.exitCode = code;
