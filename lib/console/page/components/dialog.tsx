import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { closeDialog } from '../state/dialogs.js';

interface DialogProps {
  readonly title: string;
  readonly isWide?: boolean;
  readonly children: ComponentChildren;
}

/** The browser's own modal dialog: it traps the focus, closes by Escape and gives the focus back. */
export const Dialog = ({ title, isWide = false, children }: DialogProps) => {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const opened = box.current;
    opened?.showModal();
    opened?.querySelector<HTMLElement>('input:not([type="file"]), textarea')?.focus();
    return () => {
      opened?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      class={isWide ? 'dialog is-wide' : 'dialog'}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        closeDialog();
      }}
    >
      <header class="dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <button type="button" class="button plain" onClick={closeDialog}>
          Close
        </button>
      </header>
      {children}
    </dialog>
  );
};
