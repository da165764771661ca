import type { Flavor, NodeDocument, ProbeAnswer } from '../../ports/flavor.js';
import { bootScript, nodeScript } from '../node/boot-script.js';
import { propertyIssues } from '../property-issues.js';
import { shellFile } from '../shell-file.js';
import { judgeLook } from './judge.js';
import { type ContainerdProperties, containerdSchema } from './schema.js';

export { containerdSchema } from './schema.js';

const BOOT = shellFile(import.meta.url, './boot.sh');
const IMAGE = shellFile(import.meta.url, './image.sh');
const LOOK = shellFile(import.meta.url, './look.sh');

const look: NodeDocument = {
  name: 'containerd-look',
  kind: 'look',
  description: "Asks containerd for the node's task, and probes it",
  parameters: {},
  timeoutSeconds: 30,
  script: nodeScript(LOOK),
};

/**
 * Instances that run one OCI image without Docker. Healthy means that the task which the boot script started runs and
 * passes its probe; one whose task has ended is replaced, not restarted. Members know nothing of each other: nothing to
 * drain, no quorum.
 */
export const containerd: Flavor = {
  name: 'containerd',

  documents: [look],

  validate: propertyIssues(containerdSchema),

  prepare: (properties) => ({
    init: bootScript('containerd', settingsOf(containerdSchema.parse(properties)), IMAGE, BOOT),
    tags: {},
  }),

  probe: () => ({
    kind: 'each',
    command: { document: look.name, parameters: {}, timeoutSeconds: 60 },
  }),

  judge: (_properties, _context, members, answer) =>
    new Map(members.map(({ id }) => [id, judgeLook(outputs(answer).get(id))])),

  members: () => undefined,

  drain: () => undefined,

  quorum: () => undefined,
};

const outputs = (answer: ProbeAnswer) =>
  answer.kind === 'output' ? answer.byInstance : new Map<never, never>();

const settingsOf = (properties: ContainerdProperties): Readonly<Record<string, string>> => {
  const { Image, Archive, Args = [], Env = {}, Memory, Probe } = properties;
  return {
    Image,
    Archive: Archive?.URL ?? Archive?.Path ?? '',
    Sum: Archive?.SHA256 ?? '',
    Args: strings(Args),
    Env: strings(Object.entries(Env).map(([name, value]) => `${name}=${value}`)),
    Memory: Memory === undefined ? '' : String(Memory),
    ProbeKind: probeKind(Probe),
    ProbePort: String(Probe?.HTTP?.Port ?? Probe?.TCP?.Port ?? ''),
    ProbePath: Probe?.HTTP?.Path ?? '',
  };
};

const probeKind = (probe: ContainerdProperties['Probe']): string => {
  if (probe === undefined) return '';
  return probe.HTTP === undefined ? 'tcp' : 'http';
};

/** Any text survives the shell as base64 of strings that each end with NUL. */
const strings = (all: readonly string[]): string =>
  Buffer.from(all.map((one) => `${one}\0`).join('')).toString('base64');
