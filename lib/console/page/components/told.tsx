import { clockText } from '../format/time.js';
import { wordsOf } from '../format/words.js';

/** A sentence of the control plane: ids stay in one piece, and times are the reader's. */
export const Told = ({ text }: { readonly text: string }) => (
  <>
    {wordsOf(text).map(({ kind, word, at }) =>
      kind === 'text' ? (
        word
      ) : kind === 'id' ? (
        <span key={at} class="code whole">
          {word}
        </span>
      ) : (
        <time key={at} class="whole" dateTime={word} title={word}>
          {clockText(Date.parse(word))}
        </time>
      ),
    )}
  </>
);
