import type { Deployed } from '../lib/local/deploy-local.js';
import type { LocalCloud } from '../lib/local/local-cloud.js';

/** On AWS the sweep looks once a minute. Somebody who watches waits no longer than this, in milliseconds. */
const SWEEP_MS = 15_000;

/** Runs the sweep between its scheduled runs as well, until the clock stops. */
export const sweepOften = (cloud: Pick<LocalCloud, 'clock' | 'lambda'>, plane: Deployed): void => {
  const { clock, lambda } = cloud;
  clock.at(clock.now() + SWEEP_MS, () => {
    lambda.invokeLater(plane.functionName('sweep'), {});
    sweepOften(cloud, plane);
  });
};
