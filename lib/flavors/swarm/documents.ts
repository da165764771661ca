import type { NodeDocument } from '../../ports/flavor.js';
import { INSTANCE_PATTERN, nodeScript, PATH_PATTERN } from '../node/boot-script.js';
import { shellFile } from '../shell-file.js';

const SWARM = shellFile(import.meta.url, './swarm.sh');
const SPEAK = shellFile(import.meta.url, './speak.sh');

/** What the boot script is made of, after `node.sh`. */
export const BOOT: readonly string[] = [
  SWARM,
  shellFile(import.meta.url, './engine.sh'),
  shellFile(import.meta.url, './boot.sh'),
];

const Path = { description: "Where the cluster's parameters are", pattern: PATH_PATTERN };
/** A swarm's names of nodes, tasks and itself. */
const NODE = '[0-9a-z]{25}';

export const LOOK = 'swarm-look';
export const DRAIN = 'swarm-drain';
export const TIDY = 'swarm-tidy';
export const RECOVER = 'swarm-recover';
export const ROTATE = 'swarm-rotate';

/** As many nodes as one `swarm-tidy` takes out. */
export const MOST_GHOSTS = 50;

export const DOCUMENTS: readonly NodeDocument[] = [
  {
    name: LOOK,
    kind: 'look',
    description: "A swarm's own list of its nodes, from a manager",
    parameters: { Path },
    timeoutSeconds: 30,
    script: nodeScript(SWARM, SPEAK, shellFile(import.meta.url, './look.sh')),
  },
  {
    name: DRAIN,
    kind: 'act',
    description: 'Empties a node and takes it out of its swarm, while the managers keep their quorum',
    parameters: { Path, Instance: { description: 'Instance of the node', pattern: INSTANCE_PATTERN } },
    timeoutSeconds: 290,
    script: nodeScript(SWARM, SPEAK, shellFile(import.meta.url, './drain.sh')),
  },
  {
    name: TIDY,
    kind: 'act',
    description: 'Takes nodes out of a swarm whose instances are gone',
    parameters: {
      Path,
      Nodes: {
        description: 'Ids of the nodes, with a space between two',
        pattern: `^${NODE}(?: ${NODE}){0,${MOST_GHOSTS - 1}}$`,
      },
    },
    timeoutSeconds: 290,
    script: nodeScript(SWARM, SPEAK, shellFile(import.meta.url, './tidy.sh')),
  },
  {
    name: RECOVER,
    kind: 'act',
    description: 'Makes a swarm without quorum whole again, with one surviving manager',
    parameters: { Path },
    timeoutSeconds: 290,
    script: nodeScript(SWARM, SPEAK, shellFile(import.meta.url, './recover.sh')),
  },
  {
    name: ROTATE,
    kind: 'act',
    description: 'Makes new tokens to join a swarm with',
    parameters: { Path },
    timeoutSeconds: 180,
    script: nodeScript(SWARM, SPEAK, shellFile(import.meta.url, './rotate.sh')),
  },
];
