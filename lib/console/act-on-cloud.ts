import type { Target } from '../cli/target.js';
import type { Action, FaultAction } from './protocol.js';

const FAULT_KINDS: Readonly<Record<FaultAction['kind'], true>> = {
  kill: true,
  terminate: true,
  stop: true,
  'cut-off': true,
  reconnect: true,
  'fill-zone': true,
  'lose-events': true,
  throttle: true,
  'remove-fault': true,
  'clear-faults': true,
  clock: true,
};

export const isFaultAction = (action: Action): action is FaultAction =>
  Object.hasOwn(FAULT_KINDS, action.kind);

/** Breaks the local cloud, or mends it. @returns what was done, for people. */
export const actOnCloud = async (target: Target, action: FaultAction): Promise<string> => {
  switch (action.kind) {
    case 'kill':
      await target.cloud('Cloud.Kill', { ID: action.instance });
      return `killed the software of ${action.instance}`;
    case 'terminate':
      await target.cloud('Cloud.Terminate', { ID: action.instance });
      return `terminated ${action.instance}`;
    case 'stop':
      await target.cloud('Cloud.Stop', { ID: action.instance });
      return `stopped ${action.instance}`;
    case 'cut-off':
      await target.cloud('Cloud.CutOff', { ID: action.instance });
      return `cut ${action.instance} off the network`;
    case 'reconnect':
      await target.cloud('Cloud.Reconnect', { ID: action.instance });
      return `connected ${action.instance} again`;
    case 'fill-zone':
      await target.cloud('Cloud.Fault', { Rule: { kind: 'no-capacity', zone: action.zone } });
      return `filled ${action.zone}: no launch finds room there`;
    case 'lose-events':
      await target.cloud('Cloud.Fault', { Rule: { kind: 'events', how: 'never' } });
      return 'events of EC2 are lost from now on';
    case 'throttle':
      await target.cloud('Cloud.Fault', {
        Rule: { kind: 'throttle', service: 'EC2', forMs: action.seconds * 1000 },
      });
      return `EC2 refuses calls for ${action.seconds} s`;
    case 'remove-fault':
      await target.cloud('Cloud.RemoveFault', { ID: action.id });
      return 'removed the fault';
    case 'clear-faults':
      await target.cloud('Cloud.ClearFaults', {});
      return 'removed every fault';
    case 'clock':
      await target.cloud('Cloud.SetSpeed', { Speed: action.speed });
      return action.speed === 0 ? 'stopped the clock' : `the clock runs at ${action.speed} × real time`;
  }
};
