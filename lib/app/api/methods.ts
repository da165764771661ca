import type { Api, Method } from '../api-types.js';
import type { Runtime } from '../runtime.js';
import { commitAll, commitSpec, setSize, watch } from './commits.js';
import { describe } from './describe.js';
import { healthyMembers, prepareFlavor, recover, rotateTokens, validateFlavor } from './flavors.js';
import { destroyInstances, replaceInstances } from './instances.js';
import { destroyGroup, freeze, overrideBreaker, thaw, unwatch } from './lifecycle.js';
import { events, history, inspect, inspectAll, list, size } from './reads.js';
import { restart, rollback } from './recommits.js';
import { resume, stopUpdate } from './rollouts.js';
import { describeInstances, destroySingle, provision, validateInstance } from './single-instances.js';

type Handlers = {
  readonly [M in Method]: (
    runtime: Runtime,
    params: Api[M]['params'],
  ) => Api[M]['result'] | Promise<Api[M]['result']>;
};

/** Every method of the group API. A method without a handler here does not compile. */
export const METHODS: Handlers = {
  'Group.CommitGroups': commitAll,
  'Group.CommitGroup': commitSpec,
  'Group.DescribeUpdate': (runtime, { Spec }) => commitSpec(runtime, { Spec, Pretend: true }),
  'Group.Update': commitSpec,
  'Group.Watch': watch,
  'Group.Unwatch': unwatch,
  'Group.FreeGroup': unwatch,
  'Group.Inspect': inspect,
  'Group.InspectGroups': inspectAll,
  'Group.DescribeGroup': describe,
  'Group.List': list,
  'Group.History': history,
  'Group.Events': events,
  'Group.Size': size,
  'Group.SetSize': setSize,
  'Group.Destroy': destroyGroup,
  'Group.StopUpdate': stopUpdate,
  'Group.Resume': resume,
  'Group.Rollback': rollback,
  'Group.Restart': restart,
  'Group.DestroyInstances': destroyInstances,
  'Group.ReplaceInstances': replaceInstances,
  'Group.Freeze': freeze,
  'Group.Thaw': thaw,
  'Group.OverrideBreaker': overrideBreaker,
  'Instance.Validate': validateInstance,
  'Instance.Provision': provision,
  'Instance.Destroy': destroySingle,
  'Instance.DescribeInstances': describeInstances,
  'Flavor.Validate': validateFlavor,
  'Flavor.Prepare': prepareFlavor,
  'Flavor.Healthy': healthyMembers,
  'Flavor.Recover': recover,
  'Flavor.RotateTokens': rotateTokens,
};
