import type { HealthReport } from '../../core/instance.js';
import type { NodeOutput } from '../../ports/flavor.js';

const LOOK = /^task (RUNNING|STOPPED|PAUSED|none)\nprobe (ok|failed|none)(?: ([^\n]*))?\nend 2\n?$/;

const unknown = (reason: string): HealthReport => ({ health: 'unknown', reason });
const unhealthy = (reason: string): HealthReport => ({ health: 'unhealthy', reason });

/**
 * The word of the node itself: nobody else knows its task. Nothing restarts a task that ended, so that it means an
 * instance to be replaced; one that somebody paused is theirs to resume.
 */
export const judgeLook = (output: NodeOutput | undefined): HealthReport => {
  if (output === undefined) return unknown('did not answer');
  if (output.exitCode !== 0) return unknown(lastLine(output.stderr) || `exit code ${output.exitCode}`);
  const [, task, probe, reason = 'it failed'] = LOOK.exec(output.stdout) ?? [];
  if (task === undefined) return unknown('its answer cannot be read');
  if (task === 'PAUSED') return unknown('its task is paused');
  if (task === 'none') return unhealthy('containerd runs no task here');
  if (task === 'STOPPED') return unhealthy('its task has ended');
  if (probe === 'failed') return unhealthy(`its task runs, but the probe failed: ${reason}`);
  return { health: 'healthy', reason: probe === 'ok' ? 'its task runs, the probe passes' : 'its task runs' };
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
