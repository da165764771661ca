import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { act } from '../state/act.js';

/** The committed spec, as it was written. Another revision needs another key. */
export const SpecText = ({ group }: { readonly group: string }) => {
  const text = useSignal('loading');
  const isBad = useSignal(false);
  useEffect(() => {
    act({ kind: 'spec', group }).then((answer) => {
      isBad.value = !answer.ok;
      if (!answer.ok) text.value = answer.error.message;
      else if (answer.result.kind === 'spec') text.value = answer.result.text;
    });
  }, [group]);
  return (
    <textarea
      class={isBad.value ? 'code spec bad' : 'code spec'}
      aria-label={`Spec of ${group}`}
      readOnly
      spellcheck={false}
      value={text.value}
    />
  );
};
