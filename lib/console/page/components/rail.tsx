import { groupStatus } from '../format/group-status.js';
import { hashOf } from '../state/place.js';
import { selected, sortedGroups } from '../state/store.js';
import { Glyph } from './glyph.js';
import { SmallPicture } from './small-picture.js';

/** All groups in a narrow list, beside the one that is looked at. */
export const Rail = () => (
  <nav class="rail" aria-label="Groups">
    <a class="rail-all" href="#/">
      All groups
    </a>
    <ul>
      {sortedGroups.value.map((group) => {
        const { sign, tone, word } = groupStatus(group);
        return (
          <li key={group.id}>
            <a
              href={hashOf({ group: group.id })}
              aria-current={group.id === selected.value ? 'page' : undefined}
            >
              <span class="rail-name">
                <span class={tone} title={word}>
                  <Glyph sign={sign} />
                  <span class="unseen">{word}</span>
                </span>
                <strong>{group.id}</strong>
                <span class="soft">
                  {group.healthy}/{group.declared}
                </span>
              </span>
              {group.picture === undefined ? null : <SmallPicture zones={group.picture} isTight />}
            </a>
          </li>
        );
      })}
    </ul>
  </nav>
);
