import { InvalidInputError, NotFoundError } from '../core/errors.js';
import type { Revision } from '../core/group-spec.js';
import { rolloutId } from '../core/ids.js';
import type { Observation } from '../core/observation.js';
import { loadRevision } from './load-revision.js';
import { maintenanceState } from './maintenance.js';
import type { PassState } from './pass-state.js';

/** What a plan is made from, as the pass knows it now. */
export const observationOf = async (state: PassState): Promise<Observation> => {
  const { runtime, revision } = state;
  const window = maintenanceState(revision.spec.updating.maintenanceWindows, runtime.clock.now());
  const steady = await steadyRevision(state);
  return {
    members: state.records,
    foreign: state.foreign,
    ...(state.group.rolls ? { freshId: rolloutId(runtime.random.id()) } : {}),
    ...(steady === undefined ? {} : { steady }),
    ...(window === undefined ? {} : { window }),
    ...(state.cluster === undefined ? {} : { cluster: state.cluster }),
    ghosts: state.ghosts.map(({ name, instance, address }) => `${name} (${instance ?? address})`),
    ...(state.alarms === undefined ? {} : { alarms: state.alarms }),
  };
};

/** The revision to heal from while a rollout is held; none when it is the declared one, or cannot be read any more. */
export const steadyRevision = async ({ runtime, group }: PassState): Promise<Revision | undefined> => {
  const { steady } = group;
  if (steady === undefined || steady.specHash === group.specHash) return undefined;
  try {
    return await loadRevision(runtime, { id: group.id, specHash: steady.specHash, revision: steady.number });
  } catch (error) {
    if (!(error instanceof InvalidInputError || error instanceof NotFoundError)) throw error;
    runtime.log.warn('the last revision that finished cannot be read', {
      group: group.id,
      error: error.message,
    });
    return undefined;
  }
};
