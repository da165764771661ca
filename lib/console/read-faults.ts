import type { Target } from '../cli/target.js';
import { faultText, switchOf } from './fault-text.js';
import type { FaultsView } from './protocol.js';

/** What goes wrong in the local cloud now, and what can be made to. */
export const readFaults = async (target: Target): Promise<FaultsView> => {
  const [{ Faults }, { Zones }, { Instances }, { Fastest }] = await Promise.all([
    target.cloud('Cloud.Faults', {}),
    target.cloud('Cloud.Zones', {}),
    target.cloud('Cloud.List', {}),
    target.cloud('Cloud.Clock', {}),
  ]);
  return {
    zones: Zones,
    active: Faults.map(({ id, rule, usesLeft, until }) => ({
      id,
      text: faultText(rule),
      ...switchOf(rule),
      ...(usesLeft === undefined ? {} : { usesLeft }),
      ...(until === undefined ? {} : { until }),
    })),
    cutOff: Instances.filter(({ CutOff }) => CutOff).map(({ ID }) => ID),
    ...(Fastest === undefined ? { clockIsReal: true } : {}),
  };
};
