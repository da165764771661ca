import type { ClusterView } from '../../lib/core/cluster.js';
import { type InstanceId, instanceId } from '../../lib/core/ids.js';
import { vanilla } from '../../lib/flavors/vanilla.js';
import type { Claim, ClusterParameters } from '../../lib/ports/cluster-parameters.js';
import type { Flavor, NodeCommand, NodeOutput } from '../../lib/ports/flavor.js';
import type { NodeAnswer, NodeShell } from '../../lib/ports/node-shell.js';

const command = (document: string): NodeCommand => ({ document, parameters: {}, timeoutSeconds: 30 });

/** A flavor whose look prints `<instance> <health>` lines, and whose members are known by them. */
export const parish: Flavor = {
  ...vanilla,
  name: 'parish',
  documents: ['parish-look', 'parish-tidy', 'parish-drain'].map((name) => ({
    name,
    kind: name.endsWith('look') ? ('look' as const) : ('act' as const),
    description: name,
    parameters: {},
    timeoutSeconds: 30,
    script: '',
  })),
  probe: () => ({ kind: 'speakers', speakers: { path: '/p' }, command: command('parish-look') }),
  judge: (_properties, _context, members, answer) => {
    const said = new Map<string, string>();
    if (answer.kind === 'output')
      for (const { stdout } of answer.byInstance.values())
        for (const line of stdout.split('\n')) said.set(line.split(' ')[0] ?? '', line.split(' ')[1] ?? '');
    return new Map(
      members.map(({ id }) => {
        const health = said.get(id);
        return [
          id,
          { health: health === 'healthy' || health === 'unhealthy' ? health : 'unknown', reason: 'said so' },
        ];
      }),
    );
  },
  tidy: () => ({ on: 'others', command: command('parish-tidy') }),
  drain: (_properties, _context, _member, ending) =>
    ending ? undefined : { on: 'others', command: command('parish-drain') },
  cluster: () => ({ path: '/p', founds: true }),
  quorum: () => ({ majorityOf: 3 }),
};

export const viewOf = (...ids: readonly [id: string, reachable: boolean][]): ClusterView => ({
  kind: 'read',
  members: ids.map(([id, reachable]) => ({
    name: `n-${id}`,
    instance: instanceId(id),
    role: 'voter',
    votes: true,
    reachable,
    leader: false,
  })),
});

export interface ScriptedShell extends NodeShell {
  /** What was sent, and to whom. */
  readonly sent: { readonly document: string; readonly ids: readonly InstanceId[] }[];
  offline: ReadonlySet<string>;
  answer: (document: string, id: InstanceId) => NodeAnswer;
}

export const done = (output: Partial<NodeOutput> = {}): NodeAnswer => ({
  kind: 'done',
  output: { exitCode: 0, stdout: '', stderr: '', ...output },
});

export const scriptedShell = (): ScriptedShell => {
  const shell: ScriptedShell = {
    sent: [],
    offline: new Set(),
    answer: () => done(),
    online: async (ids) => new Set(ids.filter((id) => !shell.offline.has(id))),
    start: async (ids, { document }) => {
      shell.sent.push({ document, ids });
      return `${shell.sent.length - 1}`;
    },
    read: async (id, node) => shell.answer(shell.sent[Number(id)]?.document ?? '', node),
    readAll: async (id) => {
      const one = shell.sent[Number(id)];
      return new Map((one?.ids ?? []).map((node) => [node, shell.answer(one?.document ?? '', node)]));
    },
  };
  return shell;
};

export interface ScriptedParameters extends ClusterParameters {
  managers: readonly InstanceId[];
  claimed: Claim;
  readonly did: string[];
}

export const scriptedParameters = (): ScriptedParameters => {
  const parameters: ScriptedParameters = {
    managers: [],
    claimed: { founded: true },
    did: [],
    speakers: async () => parameters.managers,
    claim: async () => parameters.claimed,
    releaseClaim: async (path) => void parameters.did.push(`release ${path}`),
    forget: async (_path, ids) => {
      parameters.did.push(`forget ${ids.join()}`);
      parameters.managers = parameters.managers.filter((id) => !ids.includes(id));
    },
    remove: async (path) => void parameters.did.push(`remove ${path}`),
  };
  return parameters;
};
