import type { InstanceId } from '../core/ids.js';
import type { NodeCommand, NodeOutput } from './flavor.js';

/** Commands on nodes: SSM Run Command on AWS. A command is started and read later; nothing waits. */
export interface NodeShell {
  /** Which of these the agent reports Online. */
  online(ids: readonly InstanceId[]): Promise<ReadonlySet<InstanceId>>;
  /** Starts the command on all of these (each Online, at most 50) and returns its id. */
  start(ids: readonly InstanceId[], command: NodeCommand): Promise<string>;
  /** What is known by now: `running`, the output, or why there is none. */
  read(commandId: string, id: InstanceId): Promise<NodeAnswer>;
  /** The same of every node of a command, in few calls: only the first 2,500 characters of each output. */
  readAll(commandId: string): Promise<ReadonlyMap<InstanceId, NodeAnswer>>;
}

export type NodeAnswer =
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly output: NodeOutput }
  /** `undelivered`: it did not reach the node, so nothing was done. */
  | { readonly kind: 'failed'; readonly reason: string; readonly undelivered?: true };
