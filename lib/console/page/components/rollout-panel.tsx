import type { CheckpointView, GroupDetail, RolloutView } from '../../protocol.js';
import { checkpointText, rolloutFacts, rolloutLook, rolloutReason, rolloutShare } from '../format/rollout.js';
import { agoText, lengthText, untilText } from '../format/time.js';
import { actAndTell } from '../state/act.js';
import { askRollback } from '../state/dialogs.js';
import { now, readOnly } from '../state/store.js';
import { Status } from './status.js';
import { Told } from './told.js';

/** The rollout under way, or how the last one ended. */
export const RolloutPanel = ({ group: { id, rollout } }: { readonly group: GroupDetail }) => {
  if (rollout === undefined) return null;
  const { from, to, replaced, total, reason, waitsFor, until } = rollout;
  const isOver = rollout.endedAt !== undefined;
  const { tone } = rolloutLook(rollout.status);
  return (
    <section
      class={`block rollout${rollout.resumable ? ` is-held is-${tone}` : ''}`}
      aria-labelledby="rollout"
    >
      <h2 id="rollout">
        Rollout{' '}
        <span class="soft">
          revision {from} → {to}
        </span>
      </h2>
      <p class="rollout-line">
        <Status {...rolloutLook(rollout.status)} />
        <span>
          <b>{replaced}</b> of {total} replaced
        </span>
        <span class="soft">{rolloutFacts(rollout)}</span>
        <span class="soft">{timeText(rollout, now.value)}</span>
      </p>
      <Track rollout={rollout} />
      {reason === '' ? null : (
        <p>
          <Told text={sentence(rollout)} />
        </p>
      )}
      {waitsFor === undefined || isOver ? null : (
        <p>
          Waits for <Told text={waitsFor} />
          {until === undefined ? '' : `, ${untilText(until, now.value)} at the latest`}
        </p>
      )}
      <Controls id={id} rollout={rollout} />
    </section>
  );
};

const sentence = ({ status, reason, failedRevision }: RolloutView): string => {
  const told = rolloutReason(status, reason);
  return failedRevision === undefined
    ? `${told.slice(0, 1).toUpperCase()}${told.slice(1)}`
    : `Revision ${failedRevision} failed: ${told}`;
};

const timeText = ({ startedAt, endedAt }: RolloutView, at: number): string =>
  endedAt === undefined
    ? `began ${agoText(startedAt, at)}`
    : `took ${lengthText(endedAt - startedAt)}, ended ${agoText(endedAt, at)}`;

/** Progress with a post at each checkpoint. */
const Track = ({ rollout }: { readonly rollout: RolloutView }) => {
  const share = rolloutShare(rollout);
  const { tone } = rolloutLook(rollout.status);
  return (
    <div class={`track tone-${tone}`}>
      <div
        class="track-bar"
        role="progressbar"
        aria-label="replaced"
        aria-valuemin={0}
        aria-valuemax={rollout.total}
        aria-valuenow={rollout.replaced}
      >
        <span class="track-done" style={{ width: `${share * 100}%` }} />
      </div>
      {rollout.checkpoints.length === 0 ? null : (
        <ol class="posts">
          {rollout.checkpoints.map((checkpoint) => (
            <Post key={checkpoint.atPercent} checkpoint={checkpoint} />
          ))}
        </ol>
      )}
    </div>
  );
};

const Post = ({ checkpoint }: { readonly checkpoint: CheckpointView }) => (
  <li
    class={checkpoint.passed ? 'post is-passed' : 'post'}
    style={{ left: `${checkpoint.atPercent}%` }}
    title={checkpointText(checkpoint)}
  >
    <span aria-hidden="true">{checkpoint.atPercent} %</span>
    <span class="unseen">{checkpointText(checkpoint)}</span>
  </li>
);

const Controls = ({ id, rollout }: { readonly id: string; readonly rollout: RolloutView }) => {
  const isOff = readOnly.value !== undefined;
  const isRolling = rollout.status === 'running' || rollout.status === 'rolling-back';
  if (!rollout.resumable && !rollout.approvable && !rollout.stoppable && !isRolling) return null;
  return (
    <div class="buttons">
      {rollout.approvable || rollout.resumable ? (
        <button
          type="button"
          class="button main"
          disabled={isOff}
          onClick={() => actAndTell({ kind: 'resume', group: id })}
        >
          {rollout.approvable ? 'Approve' : 'Resume'}
        </button>
      ) : null}
      {rollout.stoppable ? (
        <button
          type="button"
          class="button"
          disabled={isOff}
          onClick={() => actAndTell({ kind: 'stop-update', group: id })}
        >
          Stop
        </button>
      ) : null}
      {rollout.isRollback ? null : (
        <button type="button" class="button danger" disabled={isOff} onClick={() => askRollback(id)}>
          Roll back…
        </button>
      )}
    </div>
  );
};
