import type { InstanceId } from '../../core/ids.js';
import type { NodeOutput, ProbeAnswer } from '../../ports/flavor.js';

/** What one member sees of its cluster. */
export interface Sight {
  readonly id: InstanceId;
  readonly cluster: string;
  readonly status: 'Primary' | 'non-Primary' | 'Disconnected';
  /** In Galera's words, such as `Synced`. */
  readonly state: string;
  readonly ready: boolean;
  /** Addresses of those that it is connected with, itself among them. */
  readonly members: ReadonlySet<string>;
}

const HEAD =
  /^cluster ([0-9a-f-]{36})\nstatus (Primary|non-Primary|Disconnected)\nstate ([^\n]+)\nready (ON|OFF)\n/;
const MEMBER = /^member (?:-|[0-9a-f-]{36}) (\d{1,3}(?:\.\d{1,3}){3})$/;

/** What `mysql-look` printed; `undefined` when that is not whole: cut off, or no output of ours. */
export const parseLook = (id: InstanceId, { exitCode, stdout }: NodeOutput): Sight | undefined => {
  const [head, cluster, status, state, ready] = HEAD.exec(stdout) ?? [];
  if (exitCode !== 0 || head === undefined || cluster === undefined || state === undefined) return undefined;
  const lines = stdout.trimEnd().split('\n');
  if (lines.pop() !== `end ${lines.length}`) return undefined;
  const members = lines.slice(4).map((line) => MEMBER.exec(line)?.[1]);
  const addresses = members.filter((address) => address !== undefined);
  if (addresses.length !== members.length) return undefined;
  return {
    id,
    cluster,
    status: status as Sight['status'],
    state,
    ready: ready === 'ON',
    members: new Set(addresses),
  };
};

/** What all members said, taken together. */
export interface Said {
  readonly sights: ReadonlyMap<InstanceId, Sight>;
  /** Those of one primary component, which is a majority by its own rule; empty when there is none, or more than one. */
  readonly primary: readonly Sight[];
  /** Members of several clusters say that theirs is the one. */
  readonly divided: boolean;
  readonly outputs: ReadonlyMap<InstanceId, NodeOutput>;
}

export const said = (answer: ProbeAnswer): Said => {
  const outputs = answer.kind === 'output' ? answer.byInstance : new Map<InstanceId, NodeOutput>();
  const sights = new Map<InstanceId, Sight>();
  for (const [id, output] of outputs) {
    const sight = parseLook(id, output);
    if (sight !== undefined) sights.set(id, sight);
  }
  const primaries = [...sights.values()].filter(({ status }) => status === 'Primary');
  const primary = mostOf(primaries);
  return { sights, primary, divided: primary.length === 0 && primaries.length > 0, outputs };
};

/** Those whose cluster has the most of them; none when two clusters have as many. */
const mostOf = (sights: readonly Sight[]): readonly Sight[] => {
  const clusters = [...new Set(sights.map(({ cluster }) => cluster))]
    .map((cluster) => sights.filter((sight) => sight.cluster === cluster))
    .sort((one, other) => other.length - one.length);
  const [most = [], next = []] = clusters;
  return most.length > next.length ? most : [];
};
