import { note } from '../state/act.js';
import { Glyph } from './glyph.js';

/** What was done, or why not. */
export const NoteBar = () => (
  <div role="status">
    {note.value === undefined ? null : (
      <div class="note">
        <Glyph sign={note.value.isBad ? 'cross' : 'check'} />
        <span>{note.value.text}</span>
        <button
          type="button"
          class="link"
          onClick={() => {
            note.value = undefined;
          }}
        >
          Dismiss
        </button>
      </div>
    )}
  </div>
);
