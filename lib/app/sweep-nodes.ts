import type { Revision } from '../core/group-spec.js';
import type { GroupId, InstanceId } from '../core/ids.js';
import { logicalId } from '../core/ids.js';
import type { InstanceDescription } from '../core/instance.js';
import { LOGICAL_ID_TAG } from '../core/tags.js';
import type { Flavor, FlavorMember, NodeOutput, Probe, ProbeAnswer } from '../ports/flavor.js';
import type { GroupSummary } from '../ports/group-store.js';
import { flavorContext } from './ask-flavor.js';
import { loadRevision } from './load-revision.js';
import {
  isPassing,
  type Outputs,
  questionKey,
  readQuestions,
  type Sent,
  sendQuestions,
} from './node-questions.js';
import type { Runtime } from './runtime.js';

type NodeRuntime = Pick<Runtime, 'clusters' | 'flavors' | 'log' | 'parser' | 'shell' | 'stack' | 'store'>;

/** What nodes said of a group's members. */
export interface NodesSay {
  /** Unhealthy, or unknown in two sweeps running: one command in a while is lost. */
  readonly amiss: readonly InstanceId[];
  readonly healthy: ReadonlySet<InstanceId>;
}

/** A group whose members are known by asking nodes, and those of them that run. */
interface Asked {
  readonly group: GroupId;
  readonly flavor: Flavor;
  readonly revision: Revision;
  readonly members: readonly FlavorMember[];
  readonly probe: Probe;
}

interface Memory {
  asked: readonly Asked[];
  sent: Sent;
  silent: ReadonlyMap<GroupId, ReadonlySet<InstanceId>>;
}

/** What a warm function asked a minute ago. A cold one asks, and has its answers a minute later: nothing is lost by that. */
const memories = new WeakMap<object, Memory>();

/**
 * Reads what the sweep before asked of nodes, and asks again: one command for all groups that ask alike, and nobody
 * waits for it. @returns what nodes said, by group; nothing for a group that was not asked a minute ago.
 */
export const sweepNodes = async (
  runtime: NodeRuntime,
  groups: readonly { readonly group: GroupSummary; readonly shown: readonly InstanceDescription[] }[],
  impaired: ReadonlySet<InstanceId>,
): Promise<ReadonlyMap<GroupId, NodesSay>> => {
  const before = memories.get(runtime.store);
  const outputs = before === undefined ? undefined : await readQuestions(runtime.shell, before.sent);
  const silent = new Map<GroupId, ReadonlySet<InstanceId>>();
  const said = new Map<GroupId, NodesSay>();
  for (const one of before?.asked ?? []) {
    const reports = one.flavor.judge(
      one.revision.spec.flavor.properties,
      flavorContext(runtime, one.revision),
      one.members,
      answerTo(one.probe, one.members, outputs ?? new Map(), impaired),
    );
    const having = (health: string) =>
      [...reports].filter(([, report]) => report.health === health).map(([id]) => id);
    const unknown = having('unknown');
    const still = unknown.filter((id) => before?.silent.get(one.group)?.has(id));
    silent.set(one.group, new Set(unknown));
    said.set(one.group, {
      amiss: [...having('unhealthy'), ...still].sort(),
      healthy: new Set(having('healthy')),
    });
  }
  const asked: Asked[] = [];
  for (const { group, shown } of groups) {
    const one = await askedOf(runtime, group, shown);
    if (one !== undefined) asked.push(one);
  }
  const sent = await sendQuestions(runtime, asked);
  memories.set(runtime.store, { asked, sent, silent });
  return said;
};

const askedOf = async (
  runtime: NodeRuntime,
  { id, revision: number, status, watch }: GroupSummary,
  shown: readonly InstanceDescription[],
): Promise<Asked | undefined> => {
  const members = shown.filter(({ state }) => state === 'running').map(asMember);
  if (watch !== 'watched' || status.asksNodes === undefined || members.length === 0) return undefined;
  try {
    const revision = await loadRevision(runtime, { id, specHash: status.asksNodes, revision: number });
    const flavor = runtime.flavors.find(revision.spec.flavor.plugin);
    if (flavor === undefined) return undefined;
    const probe = flavor.probe(revision.spec.flavor.properties, flavorContext(runtime, revision), members);
    return { group: id, flavor, revision, members, probe };
  } catch (error) {
    if (!isPassing(error)) throw error;
    runtime.log.warn('a group was not asked for its health', { group: id, error: String(error) });
    return undefined;
  }
};

const asMember = ({ id, tags, privateIp }: InstanceDescription): FlavorMember => {
  const slot = tags[LOGICAL_ID_TAG];
  return {
    id,
    ...(slot === undefined ? {} : { logicalId: logicalId(slot) }),
    ...(privateIp === undefined ? {} : { privateIp }),
  };
};

/** The answers in the form of the question; status checks are what the sweep has read of them anyway. */
const answerTo = (
  probe: Probe,
  members: readonly FlavorMember[],
  outputs: Outputs,
  impaired: ReadonlySet<InstanceId>,
): ProbeAnswer => {
  switch (probe.kind) {
    case 'several':
      return {
        kind: 'several',
        answers: probe.probes.map((one) => answerTo(one, members, outputs, impaired)),
      };
    case 'status-checks': {
      const checked = members.map(
        ({ id }) => [id, { instance: impaired.has(id) ? 'impaired' : 'ok', system: 'ok' }] as const,
      );
      return { kind: 'status-checks', checks: new Map(checked) };
    }
    case 'each':
    case 'speakers': {
      const all = outputs.get(questionKey(probe)) ?? new Map<InstanceId, NodeOutput>();
      const own = new Set(members.map(({ id }) => id));
      const byInstance = probe.kind === 'speakers' ? all : new Map([...all].filter(([id]) => own.has(id)));
      return { kind: 'output', byInstance };
    }
  }
};
