import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** All that a local cloud keeps in its folder; the lock is its own matter. */
const KEPT = [
  'dynamodb',
  's3',
  'nodes',
  ...['ec2', 's3', 'ssm', 'sqs', 'cloudwatch', 'states', 'elb', 'models'].map((name) => `${name}.json`),
];

/** Empties a local cloud's folder of what a local cloud wrote, and of nothing else: the user chose the folder. */
export function clearDirectory(directory: string): void {
  for (const name of KEPT) rmSync(join(directory, name), { recursive: true, force: true });
}
