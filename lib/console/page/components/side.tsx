import type { GroupDetail } from '../../protocol.js';
import { sideTab } from '../state/store.js';
import { Revisions } from './revisions.js';
import { SpecText } from './spec-text.js';
import { Timeline } from './timeline.js';

const TABS = [
  { id: 'events', label: 'Events' },
  { id: 'revisions', label: 'Revisions' },
  { id: 'spec', label: 'Spec' },
] as const;

/** What happened, what was committed before, and what is committed now. */
export const Side = ({ group }: { readonly group: GroupDetail }) => {
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    const at = TABS.findIndex(({ id }) => id === sideTab.value);
    const next = TABS[(at + by + TABS.length) % TABS.length];
    if (next === undefined) return;
    sideTab.value = next.id;
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <aside class="side" aria-label={`History of ${group.id}`}>
      <div class="tabs" role="tablist">
        {TABS.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={sideTab.value === id}
            aria-controls="side-panel"
            tabIndex={sideTab.value === id ? 0 : -1}
            onKeyDown={onKeyDown}
            onClick={() => {
              sideTab.value = id;
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <div id="side-panel" role="tabpanel" aria-labelledby={`tab-${sideTab.value}`}>
        {sideTab.value === 'events' ? (
          <Timeline />
        ) : sideTab.value === 'revisions' ? (
          <Revisions group={group} />
        ) : (
          <SpecText key={group.revision} group={group.id} />
        )}
      </div>
    </aside>
  );
};
