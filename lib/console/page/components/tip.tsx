import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Cell } from '../../protocol.js';
import { BUCKETS } from '../format/bucket.js';
import { Told } from './told.js';

const tip = signal<{ readonly at: DOMRect; readonly cell: Cell } | undefined>(undefined);

export const showTip = (element: Element, cell: Cell): void => {
  tip.value = { at: element.getBoundingClientRect(), cell };
};

export const hideTip = (): void => {
  tip.value = undefined;
};

const EDGE = 8;

/** What a cell is and why, beside it. Screen readers have the same words in the cell's name. */
export const Tip = () => {
  const box = useRef<HTMLDivElement>(null);
  const shown = tip.value;
  useLayoutEffect(() => {
    if (box.current === null || shown === undefined) return;
    const { width, height } = box.current.getBoundingClientRect();
    const { left, top, bottom } = shown.at;
    const below = bottom + EDGE;
    box.current.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
    box.current.style.top = `${below + height > innerHeight - EDGE ? top - height - EDGE : below}px`;
  }, [shown]);
  if (shown === undefined) return null;
  const { cell } = shown;
  return (
    <div ref={box} class="tip" aria-hidden="true">
      <p class="tip-head">
        <span class="code">{cell.instance ?? cell.logicalId ?? 'no instance'}</span>
        <span class={BUCKETS[cell.bucket].tone}>{BUCKETS[cell.bucket].word}</span>
        {cell.leader ? <span>leader</span> : cell.role === undefined ? null : <span>{cell.role}</span>}
      </p>
      <p>
        <Told text={cell.reason} />
      </p>
    </div>
  );
};
