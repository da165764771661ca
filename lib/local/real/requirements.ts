import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = ['unshare', 'nsenter', 'ip', 'tini', 'bash', 'curl', 'mount', 'hostname'];

/** Why this machine cannot run real nodes, a reason each; none when it can. */
export const missingForNodes = (programs: readonly string[] = []): readonly string[] => {
  if (process.platform !== 'linux') return [`${process.platform} has no Linux namespaces`];
  const missing = [...PROGRAMS, ...programs].filter((name) => !isInstalled(name));
  return [
    ...(process.getuid?.() === 0 ? [] : ['namespaces need root']),
    ...(missing.length === 0 ? [] : [`not installed: ${missing.join(', ')}`]),
    ...(existsSync('/proc/self/ns/cgroup') ? [] : ['the kernel has no cgroup namespaces']),
  ];
};

const isInstalled = (name: string): boolean =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) =>
    isExecutable(join(folder, name)),
  );

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
