import { ThrottledError, UnansweredError } from '../core/errors.js';
import type { Revision } from '../core/group-spec.js';
import type { InstanceId } from '../core/ids.js';
import type { HealthReport, InstanceRecord } from '../core/instance.js';
import type { Flavor, FlavorMember, NodeOutput, Probe, ProbeAnswer } from '../ports/flavor.js';
import type { Runtime } from './runtime.js';

type Asking = Pick<Runtime, 'instances' | 'shell' | 'clock'>;

/** A command on nodes is waited for this long (protocol rule 35); what has not answered by then is left out. */
const MOST_WAIT_MS = 10_000;
const POLL_MS = 500;

/** One question for many members; an unanswered one leaves all of them unknown. */
export const askFlavor = async (
  runtime: Asking,
  flavor: Flavor,
  revision: Revision,
  members: readonly FlavorMember[],
): Promise<ReadonlyMap<InstanceId, HealthReport>> => {
  const { properties } = revision.spec.flavor;
  const probe = flavor.probe(properties, members);
  try {
    return flavor.judge(properties, members, await answer(runtime, probe, members));
  } catch (error) {
    if (!(error instanceof UnansweredError || error instanceof ThrottledError)) throw error;
    const report: HealthReport = {
      health: 'unknown',
      reason: `could not ask: ${error.message}`,
      unanswered: true,
    };
    return new Map(members.map((member) => [member.id, report]));
  }
};

const answer = async (
  runtime: Asking,
  probe: Probe,
  members: readonly FlavorMember[],
): Promise<ProbeAnswer> => {
  const ids = members.map((member) => member.id);
  if (probe.kind === 'status-checks')
    return { kind: 'status-checks', checks: await runtime.instances.statusChecks(ids) };
  const online = await runtime.shell.online(probe.kind === 'any' ? probe.askFirst : ids);
  const targets = probe.kind === 'any' ? [...online].slice(0, 1) : [...online];
  if (targets.length === 0) return { kind: 'output', byInstance: new Map() };
  const command = await runtime.shell.start(targets, probe.command);
  return { kind: 'output', byInstance: await outputs(runtime, command, targets) };
};

const outputs = async (
  { shell, clock }: Asking,
  command: string,
  targets: readonly InstanceId[],
): Promise<ReadonlyMap<InstanceId, NodeOutput>> => {
  const byInstance = new Map<InstanceId, NodeOutput>();
  const running = new Set(targets);
  for (const start = clock.now(); ; ) {
    for (const id of running) {
      const read = await shell.read(command, id);
      if (read.kind === 'done') byInstance.set(id, read.output);
      if (read.kind !== 'running') running.delete(id);
    }
    if (running.size === 0 || clock.now() + POLL_MS > start + MOST_WAIT_MS) return byInstance;
    await clock.sleep(POLL_MS);
  }
};

export const asFlavorMember = (record: InstanceRecord): FlavorMember => ({
  id: record.id,
  ...(record.logicalId === undefined ? {} : { logicalId: record.logicalId }),
  ...(record.privateIp === undefined ? {} : { privateIp: record.privateIp }),
});
