import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { closeDialog } from '../state/dialogs.js';

interface DialogProps {
  readonly title: string;
  readonly isWide?: boolean;
  readonly children: ComponentChildren;
}

const FOCUSABLE = 'button:not(:disabled), input:not(:disabled), textarea:not(:disabled), a[href]';

/** The browser's own leads out of the page after the last field. */
const keepInside = (event: KeyboardEvent, box: HTMLElement): void => {
  if (event.key !== 'Tab') return;
  const inside = [...box.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const [from, to] = event.shiftKey ? [inside[0], inside.at(-1)] : [inside.at(-1), inside[0]];
  if (document.activeElement !== from) return;
  event.preventDefault();
  to?.focus();
};

/** What was done may have taken away the button that asked. */
const giveBack = (before: Element | null): void => {
  if (before instanceof HTMLElement && before !== document.body) before.focus();
  if (document.activeElement === before && before !== document.body) return;
  document.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true });
};

/** The browser's own modal dialog: it traps the focus, closes by Escape and gives the focus back. */
export const Dialog = ({ title, isWide = false, children }: DialogProps) => {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const opened = box.current;
    opened?.showModal();
    opened?.querySelector<HTMLElement>('input:not([type="file"]), textarea')?.focus();
    return () => {
      opened?.close();
      giveBack(before);
    };
  }, []);
  return (
    <dialog
      ref={box}
      class={isWide ? 'dialog is-wide' : 'dialog'}
      aria-labelledby="dialog-title"
      onKeyDown={(event) => keepInside(event, event.currentTarget)}
      onClose={({ currentTarget }) => {
        // One that made room for another tells so late, when it is gone already.
        if (currentTarget.isConnected) closeDialog();
      }}
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
