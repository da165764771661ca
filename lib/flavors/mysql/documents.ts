import type { NodeDocument } from '../../ports/flavor.js';
import { nodeScript, PATH_PATTERN } from '../node/boot-script.js';
import { shellFile } from '../shell-file.js';

const GALERA = shellFile(import.meta.url, './galera.sh');

export const LOOK = 'mysql-look';
export const DRAIN = 'mysql-drain';
export const RECOVER = 'mysql-recover';

/** The parts of the boot script. */
export const BOOT = [GALERA, shellFile(import.meta.url, './boot.sh')] as const;

const path = { Path: { description: "Path of the cluster's parameters", pattern: PATH_PATTERN } };

export const DOCUMENTS: readonly NodeDocument[] = [
  {
    name: LOOK,
    kind: 'look',
    description: 'Tells what a Galera member sees of its cluster',
    parameters: path,
    timeoutSeconds: 30,
    script: nodeScript(GALERA, shellFile(import.meta.url, './look.sh')),
  },
  {
    name: DRAIN,
    kind: 'act',
    description: 'Takes a Galera member out of its cluster, unless the others would be too few',
    parameters: {
      Majority: { description: 'Fewest members that must be left', pattern: '^[1-9][0-9]{0,2}$' },
    },
    timeoutSeconds: 180,
    script: nodeScript(GALERA, shellFile(import.meta.url, './drain.sh')),
  },
  {
    name: RECOVER,
    kind: 'act',
    description: 'Makes a Galera cluster of one survivor',
    parameters: path,
    timeoutSeconds: 360,
    script: nodeScript(GALERA, shellFile(import.meta.url, './recover.sh')),
  },
];
