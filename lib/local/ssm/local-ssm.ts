import type { NodeDocument } from '../../ports/flavor.js';
import type { Random } from '../../ports/random.js';
import type { LocalClock } from '../clock.js';
import { answerFrom } from '../operations.js';
import type { Kept } from '../persist.js';
import type { Answer } from '../route-client.js';
import { commands, type Nodes, noNodes } from './commands.js';
import { documents } from './documents.js';
import { parameters } from './parameters.js';

export interface LocalSsm extends Kept {
  readonly answer: Answer;
  /** Puts machines behind it, instead of those before. */
  useNodes(nodes: Nodes): void;
  /** Makes a document that may be sent by that name. From the first one on, no others may. */
  putDocument(name: string, document: NodeDocument): void;
  /** A parameter's value, as EC2 resolves `resolve:ssm:` images. */
  value(name: string): string | undefined;
}

export interface SsmWorld {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly publicParameter?: (name: string) => string | undefined;
  /** Called after every change of a parameter, before it is answered. */
  readonly changed?: () => void;
  readonly pageSize?: number;
}

const DEFAULT_PAGE_SIZE = 3;

/** Parameter Store and Run Command. */
export function localSsm(world: SsmWorld): LocalSsm {
  const { clock, random, pageSize = DEFAULT_PAGE_SIZE } = world;
  let nodes = noNodes;
  const own = documents();
  const store = parameters({
    clock,
    pageSize,
    publicParameter: world.publicParameter ?? (() => undefined),
    changed: world.changed ?? (() => {}),
  });
  return {
    answer: answerFrom('SSM', {
      ...store.operations,
      ...commands({ clock, random, pageSize, nodes: () => nodes, documents: own }),
    }),
    useNodes: (machines) => {
      nodes = machines;
    },
    putDocument: own.put,
    value: store.value,
    snapshot: store.snapshot,
    restore: store.restore,
  };
}
