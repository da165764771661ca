import type { Runtime } from '../lib/app/runtime.js';
import type { FunctionName } from '../lib/core/deployment.js';
import { task as checkHealth } from './check-health.js';
import { task as configUploaded } from './config-uploaded.js';
import { task as groupApi } from './group-api.js';
import { task as instanceChanged } from './instance-changed.js';
import { task as reconcile } from './reconcile.js';
import type { LambdaContext } from './runtime.js';
import { task as startRollout } from './start-rollout.js';
import { task as sweep } from './sweep.js';

export type Task = (runtime: Runtime) => (input: unknown, context: LambdaContext) => Promise<unknown>;

/** Every function's task by its name, for clouds that run them without Lambda. */
export const TASKS: Readonly<Record<FunctionName, Task>> = {
  'group-api': groupApi,
  'config-uploaded': configUploaded,
  'instance-changed': instanceChanged,
  sweep,
  reconcile,
  'check-health': checkHealth,
  'start-rollout': startRollout,
};
