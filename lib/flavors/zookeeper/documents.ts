import type { NodeDocument } from '../../ports/flavor.js';
import { ADDRESS_PATTERN, INSTANCE_PATTERN, nodeScript, PATH_PATTERN } from '../node/boot-script.js';
import { shellFile } from '../shell-file.js';

const MEMBER = shellFile(import.meta.url, './member.sh');
const SUPERVISE = shellFile(import.meta.url, './supervise.sh');

/** What the boot script is made of, after `node.sh`. */
export const BOOT: readonly string[] = [
  MEMBER,
  SUPERVISE,
  shellFile(import.meta.url, './install.sh'),
  shellFile(import.meta.url, './boot.sh'),
];

const Path = { description: "Where the ensemble's parameters are", pattern: PATH_PATTERN };
const SERVER = `[0-9]{1,3}=${ADDRESS_PATTERN.slice(1, -1)}`;

export const LOOK = 'zookeeper-look';
export const DRAIN = 'zookeeper-drain';
export const TIDY = 'zookeeper-tidy';
export const RECOVER = 'zookeeper-recover';

export const DOCUMENTS: readonly NodeDocument[] = [
  {
    name: LOOK,
    kind: 'look',
    description: 'What a ZooKeeper server says of itself and of the configuration that its leader gave it',
    parameters: { Path },
    timeoutSeconds: 30,
    script: nodeScript(MEMBER, shellFile(import.meta.url, './look.sh')),
  },
  {
    name: DRAIN,
    kind: 'act',
    description:
      'Takes a server out of the configuration of its ensemble, while a majority of the rest serves',
    parameters: {
      Path,
      Address: { description: 'Address of the server', pattern: ADDRESS_PATTERN },
      Instance: { description: 'Instance that it runs on', pattern: INSTANCE_PATTERN },
      Members: { description: 'How many the ensemble is to have', pattern: '^[0-9]{1,3}$' },
    },
    timeoutSeconds: 180,
    script: nodeScript(MEMBER, shellFile(import.meta.url, './drain.sh')),
  },
  {
    name: TIDY,
    kind: 'act',
    description: 'Takes servers out of the configuration whose machines are gone',
    parameters: {
      Path,
      Servers: {
        description: 'Each as id=address, with a space between two',
        pattern: `^${SERVER}(?: ${SERVER}){0,253}$`,
      },
    },
    timeoutSeconds: 180,
    script: nodeScript(MEMBER, shellFile(import.meta.url, './tidy.sh')),
  },
  {
    name: RECOVER,
    kind: 'act',
    description: 'Makes an ensemble of one survivor alone, with the data that it has',
    parameters: { Path },
    timeoutSeconds: 240,
    script: nodeScript(MEMBER, SUPERVISE, shellFile(import.meta.url, './recover.sh')),
  },
];
