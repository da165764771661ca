import type { ClusterView } from '../core/cluster.js';
import { ThrottledError, UnansweredError } from '../core/errors.js';
import type { Revision } from '../core/group-spec.js';
import type { InstanceId } from '../core/ids.js';
import { chunks } from '../core/in-flight.js';
import type { HealthReport, InstanceRecord } from '../core/instance.js';
import type { Flavor, FlavorContext, FlavorMember, NodeOutput, Probe, ProbeAnswer } from '../ports/flavor.js';
import type { Runtime } from './runtime.js';

export type Asking = Pick<Runtime, 'instances' | 'shell' | 'clock' | 'stack' | 'clusters'>;

/** A command on nodes is waited for this long (protocol rule 35); what has not answered by then is left out. */
const MOST_WAIT_MS = 10_000;
const POLL_MS = 500;
/** Of a cluster's speakers; one answer is enough, and one command in a while is lost. */
export const MOST_SPEAKERS = 3;
/** SendCommand's limit. */
export const MOST_TARGETS = 50;

/** What a flavor made of one question. */
export interface FlavorSays {
  readonly reports: ReadonlyMap<InstanceId, HealthReport>;
  /** The cluster's own member list; absent when members form none, or none was founded yet. */
  readonly cluster?: ClusterView;
  /** Nodes whose command came to an end. */
  readonly answered: ReadonlySet<InstanceId>;
}

/** One question for many members; an unanswered one leaves all of them unknown. */
export const askFlavor = async (
  runtime: Asking,
  flavor: Flavor,
  revision: Revision,
  members: readonly FlavorMember[],
): Promise<FlavorSays> => {
  const { properties } = revision.spec.flavor;
  const context = flavorContext(runtime, revision);
  try {
    const answer = await answerTo(runtime, flavor.probe(properties, context, members), members);
    const cluster = flavor.members(properties, context, answer);
    return {
      reports: flavor.judge(properties, context, members, answer),
      ...(cluster === undefined ? {} : { cluster }),
      answered: answeredBy(answer),
    };
  } catch (error) {
    if (!(error instanceof UnansweredError || error instanceof ThrottledError)) throw error;
    const reason = `could not ask: ${error.message}`;
    const report: HealthReport = { health: 'unknown', reason, unanswered: true };
    return {
      reports: new Map(members.map((member) => [member.id, report])),
      ...(revision.quorum === undefined ? {} : { cluster: { kind: 'unreadable', reason } }),
      answered: new Set(),
    };
  }
};

const answeredBy = (answer: ProbeAnswer): ReadonlySet<InstanceId> => {
  if (answer.kind === 'several') return new Set(answer.answers.flatMap((one) => [...answeredBy(one)]));
  return new Set(answer.kind === 'output' ? answer.byInstance.keys() : []);
};

export const flavorContext = ({ stack }: Pick<Runtime, 'stack'>, { spec }: Revision): FlavorContext => ({
  stack,
  group: spec.id,
  allocation: spec.allocation,
});

const answerTo = async (
  runtime: Asking,
  probe: Probe,
  members: readonly FlavorMember[],
): Promise<ProbeAnswer> => {
  if (probe.kind === 'several') {
    const answers: ProbeAnswer[] = [];
    for (const one of probe.probes) answers.push(await answerTo(runtime, one, members));
    return { kind: 'several', answers };
  }
  const ids = members.map((member) => member.id);
  if (probe.kind === 'status-checks')
    return { kind: 'status-checks', checks: await runtime.instances.statusChecks(ids) };
  const asked = await nodesToAsk(runtime, probe, ids);
  const started = await Promise.all(
    chunks(asked, MOST_TARGETS).map(async (some) => ({
      some,
      command: await runtime.shell.start(some, probe.command),
    })),
  );
  const byInstance = new Map<InstanceId, NodeOutput>();
  for (const { some, command } of started)
    for (const [id, output] of await outputs(runtime, command, some)) byInstance.set(id, output);
  return { kind: 'output', byInstance };
};

/** Those of them that are Online: one that is not would fail the whole command. */
export const nodesToAsk = async (
  { shell, clusters }: Pick<Asking, 'shell' | 'clusters'>,
  probe: Extract<Probe, { kind: 'each' | 'speakers' }>,
  ids: readonly InstanceId[],
): Promise<readonly InstanceId[]> => {
  const wanted = probe.kind === 'each' ? ids : await clusters.speakers(probe.speakers.path);
  const online = wanted.length === 0 ? new Set<InstanceId>() : await shell.online(wanted);
  const here = wanted.filter((id) => online.has(id));
  return probe.kind === 'each' ? here : here.slice(0, MOST_SPEAKERS);
};

const outputs = async (
  { shell, clock }: Pick<Asking, 'shell' | 'clock'>,
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
