import type { Bucket } from '../../protocol.js';
import { BUCKETS } from '../format/bucket.js';
import { SHORTCUTS } from '../state/shortcuts.js';
import { CellMark } from './cell-mark.js';
import { Dialog } from './dialog.js';

const MEANINGS: readonly (readonly [Bucket, string])[] = [
  ['healthy', 'its flavor says that it is, of the current config'],
  ['outdated', 'healthy, of an older config: a rollout replaces it'],
  ['booting', 'ordered or started, not yet healthy, within its grace'],
  ['unhealthy', 'its flavor says that it is not'],
  ['unknown', 'it cannot be asked, or EC2 does not show it; never a reason to end it'],
  ['surplus', 'healthy, and more than declared'],
  ['draining', 'we are taking it down'],
  ['ending', 'EC2 is taking it down'],
  ['missing', 'declared and not there'],
  ['later', 'comes when the rollout is over'],
];

/** What the cells mean, and every shortcut. */
export const HelpDialog = () => (
  <Dialog title="Help" isWide>
    <div class="dialog-body help">
      <section>
        <h3>Cells</h3>
        <dl class="picture large meanings">
          {MEANINGS.map(([bucket, meaning]) => (
            <div key={bucket}>
              <dt>
                <span class={`cell is-${bucket}`}>
                  <CellMark bucket={bucket} />
                </span>
                {BUCKETS[bucket].word}
              </dt>
              <dd class="soft">{meaning}</dd>
            </div>
          ))}
          <div>
            <dt>
              <span class="cell is-healthy leads">
                <CellMark bucket="healthy" isLeader />
              </span>
              leader
            </dt>
            <dd class="soft">leads its cluster; a rollout takes it last</dd>
          </div>
        </dl>
      </section>
      <section>
        <h3>Keys</h3>
        <dl class="shortcuts">
          {SHORTCUTS.map(({ keys, does }) => (
            <div key={does}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  </Dialog>
);
