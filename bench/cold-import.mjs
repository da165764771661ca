/** Run in a process of its own: imports one file and prints the CPU that it took, in microseconds. */
import { pathToFileURL } from 'node:url';

const file = pathToFileURL(process.argv[2] ?? '').href;
const before = process.cpuUsage();
const imported = await import(file);
const { user, system } = process.cpuUsage(before);
if (typeof imported.handler !== 'function') throw new Error(`${file} exports no handler`);
process.stdout.write(String(user + system));
