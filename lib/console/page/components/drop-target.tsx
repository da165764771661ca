import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { dialog, draft } from '../state/dialogs.js';

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
  return isOver.value ? <div class="drop">Drop the config to see its plan; nothing is committed</div> : null;
};
