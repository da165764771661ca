import type { GroupDetail, RevisionView } from '../../protocol.js';
import { rolloutLook, rolloutReason } from '../format/rollout.js';
import { dateText } from '../format/time.js';
import { askRollback } from '../state/dialogs.js';
import { readOnly } from '../state/store.js';
import { Status } from './status.js';
import { Told } from './told.js';

/** Every revision that is kept, with a way back to each. */
export const Revisions = ({ group }: { readonly group: GroupDetail }) => (
  <ol class="revisions">
    {group.revisions.map((revision) => (
      <Revision key={revision.revision} group={group.id} revision={revision} />
    ))}
  </ol>
);

interface RevisionProps {
  readonly group: string;
  readonly revision: RevisionView;
}

const Revision = ({
  group,
  revision: { revision, configHash, at, origin, current, steady, rollout },
}: RevisionProps) => (
  <li class="revision">
    <div>
      <p class="entry-head">
        <strong>Revision {revision}</strong>
        {current ? <span class="chip busy">current</span> : null}
        {steady ? <span class="chip good">steady</span> : null}
      </p>
      <p class="soft">
        {dateText(at)} · by {origin} ·{' '}
        <span class="whole">
          config <span class="code">{configHash.slice(0, 8)}</span>
        </span>
      </p>
      {rollout === undefined ? null : (
        <p>
          <Status {...rolloutLook(rollout.status)} />{' '}
          <span class="soft">
            <Told text={rolloutReason(rollout.status, rollout.reason)} />
          </span>
        </p>
      )}
    </div>
    {current ? null : (
      <button
        type="button"
        class="button danger"
        disabled={readOnly.value !== undefined}
        aria-label={`Roll back to revision ${revision}`}
        onClick={() => askRollback(group, revision)}
      >
        Roll back…
      </button>
    )}
  </li>
);
