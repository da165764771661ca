import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { tell } from '../state/act.js';
import { dialog, draft } from '../state/dialogs.js';

/** More is no config, but something that was dropped by mistake. */
const LARGEST_BYTES = 1_000_000;

/** A config file may be dropped anywhere: it is planned, and nothing else. */
export const DropTarget = () => {
  const isOver = useSignal(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      isOver.value = true;
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) isOver.value = false;
    };
    const drop = async (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      isOver.value = false;
      if (file.size > LARGEST_BYTES) {
        tell(`"${file.name}" is larger than 1 MB: that is no config`, true);
        return;
      }
      draft.value = await file.text();
      dialog.value = undefined;
      requestAnimationFrame(() => {
        dialog.value = 'plan';
      });
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  return isOver.value ? <Hint /> : null;
};

/** Above everything, an open dialog too. */
const Hint = () => {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.showPopover(), []);
  return (
    <div ref={box} class="drop" popover="manual">
      Drop the config to see its plan; nothing is committed
    </div>
  );
};
