import type { GroupView } from './api-types.js';

/** Why waiting for a group to converge is in vain, by the name of the error that says so. */
export interface Hopeless {
  readonly name: 'Refused' | 'UpdateFailed';
  readonly message: string;
}

/** Why a group does not become as declared without somebody's doing; `undefined` while it may. */
export const hopelessness = (group: GroupView): Hopeless | undefined => {
  const { ID, Watch, Rollout, Revision, Converged } = group;
  if (Watch !== 'watched') {
    return {
      name: 'Refused',
      message: `group "${ID}" is ${Watch}, so nothing makes it converge; commit or watch it`,
    };
  }
  // One that led to an older revision is about to be superseded.
  if (Rollout === undefined || Rollout.To !== Revision || Rollout.AwaitsApproval) return undefined;
  const verdict = VERDICTS[Rollout.Status];
  if (verdict === undefined || (Converged && Rollout.Status !== 'rolled-back')) return undefined;
  const { From, To, FailedRevision, Replaced, Total, Reason } = Rollout;
  const progress = FailedRevision === undefined ? ` (${Replaced} of ${Total} replaced)` : '';
  const message = `the update of group "${ID}" from revision ${From} to ${FailedRevision ?? To} ${verdict}: ${Reason}${progress}`;
  return { name: 'UpdateFailed', message };
};

/** Without somebody's doing it comes no further. A rollback that a user commanded and that went well has `succeeded`. */
const VERDICTS: Readonly<Record<string, string>> = {
  paused: 'is paused',
  stopped: 'is stopped',
  failed: 'failed',
  'rolled-back': 'failed',
};
