import type { NodeDocument } from '../../ports/flavor.js';
import { INSTANCE_PATTERN, nodeScript, PATH_PATTERN } from '../node/boot-script.js';
import { shellFile } from '../shell-file.js';

const ETCDCTL = shellFile(import.meta.url, './etcdctl.sh');
const SUPERVISE = shellFile(import.meta.url, './supervise.sh');
const MEMBER = shellFile(import.meta.url, './member.sh');

/** User data has to be short. */
const withoutComments = (script: string): string => script.replace(/^ *#.*\n/gm, '');

/** What the boot script is made of, after `node.sh`. */
export const BOOT: readonly string[] = [
  ETCDCTL,
  SUPERVISE,
  MEMBER,
  shellFile(import.meta.url, './install.sh'),
  shellFile(import.meta.url, './boot.sh'),
].map(withoutComments);

const Path = { description: "Where the cluster's parameters are", pattern: PATH_PATTERN };
const MEMBER_ID = '[0-9a-f]{1,16}';

export const LOOK = 'etcd-look';
export const DRAIN = 'etcd-drain';
export const TIDY = 'etcd-tidy';
export const RECOVER = 'etcd-recover';

export const DOCUMENTS: readonly NodeDocument[] = [
  {
    name: LOOK,
    kind: 'look',
    description: 'Whether an etcd member reads through a quorum, and its member list',
    parameters: { Path },
    timeoutSeconds: 30,
    script: nodeScript(ETCDCTL, SUPERVISE, shellFile(import.meta.url, './look.sh')),
  },
  {
    name: DRAIN,
    kind: 'act',
    description: 'Takes an etcd member out of the list, while a majority of the rest serves',
    parameters: {
      Path,
      Instance: { description: 'The instance that the member runs on', pattern: INSTANCE_PATTERN },
      Least: { description: 'Fewest voters that must be left serving', pattern: '^[0-9]{1,3}$' },
    },
    timeoutSeconds: 120,
    script: nodeScript(ETCDCTL, shellFile(import.meta.url, './drain.sh')),
  },
  {
    name: TIDY,
    kind: 'act',
    description: 'Takes etcd members out of the list whose machines are gone',
    parameters: {
      Path,
      Members: {
        description: 'Their ids in hexadecimal, with a space between two',
        pattern: `^${MEMBER_ID}(?: ${MEMBER_ID}){0,99}$`,
      },
    },
    timeoutSeconds: 60,
    script: nodeScript(ETCDCTL, shellFile(import.meta.url, './tidy.sh')),
  },
  {
    name: RECOVER,
    kind: 'act',
    description: 'Makes a new etcd cluster of one survivor alone, with the data that it has',
    parameters: { Path },
    timeoutSeconds: 900,
    script: nodeScript(ETCDCTL, SUPERVISE, MEMBER, shellFile(import.meta.url, './recover.sh')),
  },
];
