import type { Runtime } from '../lib/app/runtime.js';
import { type Swept, sweep } from '../lib/app/sweep.js';
import { awsRuntime, once } from './runtime.js';

/** Each minute: wakes the groups that need a pass. */
export const task = (runtime: Runtime) => (): Promise<Swept> => sweep(runtime);

export const handler = once(() => task(awsRuntime(process.env)));
