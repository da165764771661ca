import type { NodeDocument } from '../../ports/flavor.js';
import { INSTANCE_PATTERN, nodeScript, PATH_PATTERN } from '../node/boot-script.js';
import { shellFile } from '../shell-file.js';

const NODE = shellFile(import.meta.url, './node-of.sh');
const SPEAK = shellFile(import.meta.url, './speak.sh');

/** What the boot script is made of, after `node.sh`. */
export const BOOT: readonly string[] = [
  NODE,
  shellFile(import.meta.url, './install.sh'),
  shellFile(import.meta.url, './boot.sh'),
];

export const LOOK = 'kubernetes-look';
export const DRAIN = 'kubernetes-drain';
export const TIDY = 'kubernetes-tidy';
export const ROTATE = 'kubernetes-rotate';

const Path = { description: "Where the cluster's parameters are", pattern: PATH_PATTERN };
const NAME = '[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?';

/** What may stand for one member in `Nodes`. */
export const NODE_NAME = new RegExp(`^${NAME}$`);

export const DOCUMENTS: readonly NodeDocument[] = [
  {
    name: LOOK,
    kind: 'look',
    description: "A Kubernetes cluster's own list of nodes and of the members of its etcd",
    parameters: { Path },
    timeoutSeconds: 30,
    script: nodeScript(NODE, SPEAK, shellFile(import.meta.url, './look.sh')),
  },
  {
    name: DRAIN,
    kind: 'act',
    description: 'Moves the pods off a node of a Kubernetes cluster and takes it out',
    parameters: { Path, Instance: { description: 'Instance id of the node', pattern: INSTANCE_PATTERN } },
    timeoutSeconds: 280,
    script: nodeScript(NODE, SPEAK, shellFile(import.meta.url, './drain.sh')),
  },
  {
    name: TIDY,
    kind: 'act',
    description: 'Takes nodes out of a Kubernetes cluster whose machines are gone',
    parameters: {
      Path,
      Nodes: { description: 'Names, with a space between two', pattern: `^${NAME}(?: ${NAME}){0,49}$` },
    },
    timeoutSeconds: 280,
    script: nodeScript(NODE, SPEAK, shellFile(import.meta.url, './tidy.sh')),
  },
  {
    name: ROTATE,
    kind: 'act',
    description: 'Makes new join tokens for a Kubernetes cluster',
    parameters: { Path },
    timeoutSeconds: 180,
    script: nodeScript(NODE, SPEAK, shellFile(import.meta.url, './rotate.sh')),
  },
];
