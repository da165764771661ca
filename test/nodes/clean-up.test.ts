import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { worldsWithCgroups } from '../../lib/local/real/cgroups.js';
import { removeLeftovers } from '../../lib/local/real/leftovers.js';
import { describeOnNodes } from './support/describe-on-nodes.js';

const DOOMED = fileURLToPath(new URL('./support/doomed.ts', import.meta.url));

interface Doomed {
  readonly child: ChildProcess;
  readonly pids: readonly number[];
  readonly scratch: string;
}

const startDoomed = async (): Promise<Doomed> => {
  const child = spawn(process.execPath, ['--import', 'tsx', DOOMED], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('no standard output');
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, ...JSON.parse(line) };
};

/** Processes of this machine in the cgroups of these. */
const besideThem = (pids: readonly number[]): readonly string[] => {
  const groups = new Set(pids.map((pid) => groupsOf(String(pid))));
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && groups.has(groupsOf(pid)));
};
const groupsOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return `gone ${pid}`;
  }
};
const soon = async (holds: () => boolean) => {
  for (let tries = 0; tries < 100 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return holds();
};

describeOnNodes('clean-up of real nodes', () => {
  const started: Doomed[] = [];
  afterEach(() => {
    for (const { child } of started.splice(0)) child.kill('SIGKILL');
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'leaves no process after %s, and the next one removes the disks and cgroups',
    async (signal) => {
      const doomed = await startDoomed();
      started.push(doomed);
      const { child, pids, scratch } = doomed;
      const running = besideThem(pids);
      expect(running.length).toBeGreaterThanOrEqual(6);
      expect(worldsWithCgroups()).toContain(basename(scratch));
      // Somebody who is alive keeps what is theirs.
      expect(removeLeftovers()).not.toContain(basename(scratch));
      child.kill(signal);
      await once(child, 'exit');
      expect(await soon(() => running.every((pid) => !existsSync(`/proc/${pid}`)))).toBe(true);
      expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(scratch);
      removeLeftovers();
      expect(existsSync(scratch)).toBe(false);
      expect(worldsWithCgroups()).not.toContain(basename(scratch));
    },
  );
});
