import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Cell } from '../../protocol.js';
import { nextCell } from '../format/next-cell.js';
import { byZone, cellKey, cellSize, cellText, zoneGrowth } from '../format/zones.js';
import { openCell } from '../state/store.js';
import { CellMark } from './cell-mark.js';
import { hideTip, showTip } from './tip.js';

/** Every place of a group by zone. One stop for the Tab key; arrow keys move inside. */
export const CellGrid = ({ cells, label }: { readonly cells: readonly Cell[]; readonly label: string }) => {
  const root = useRef<HTMLDivElement>(null);
  const at = useSignal(0);
  const zones = byZone(cells);
  // Those that are ending come and go; the others must not change their size with it.
  const lasting = cells.filter(({ bucket }) => bucket !== 'ending').length;
  const stop = Math.min(at.value, cells.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(root.current?.querySelectorAll<HTMLElement>('button.cell') ?? [])];
    const next = nextCell(buttons.map(placeOf), stop, event.key);
    if (next === undefined) return;
    event.preventDefault();
    at.value = next;
    buttons[next]?.focus();
  };
  return (
    <div ref={root} class={`picture ${cellSize(lasting)}`}>
      {zones.map(({ zone, cells: inZone }) => (
        <fieldset
          key={zone}
          class="zone"
          style={{ flexGrow: zoneGrowth(inZone.length, lasting) }}
          aria-label={`${label} in ${zone || 'no zone yet'}`}
        >
          <legend class="zone-name">
            {zone || 'no zone yet'} <span class="soft">{inZone.length}</span>
          </legend>
          <div class="cells">
            {inZone.map(({ cell, index }) => (
              <CellButton
                key={cellKey(cell, index)}
                cell={cell}
                index={index}
                isStop={index === stop}
                onKeyDown={onKeyDown}
                onFocus={() => {
                  at.value = index;
                }}
              />
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
};

const placeOf = (element: HTMLElement) => {
  const { left, top, width } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top };
};

interface CellButtonProps {
  readonly cell: Cell;
  readonly index: number;
  readonly isStop: boolean;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

const CellButton = ({ cell, index, isStop, onFocus, onKeyDown }: CellButtonProps) => {
  const key = cellKey(cell, index);
  const isOpen = openCell.value === key;
  return (
    <button
      type="button"
      class={`cell is-${cell.bucket}${cell.leader ? ' leads' : ''}${cell.proving ? ' is-proving' : ''}`}
      aria-label={cellText(cell)}
      aria-pressed={isOpen}
      tabIndex={isStop ? 0 : -1}
      onClick={() => {
        hideTip();
        openCell.value = isOpen ? undefined : key;
      }}
      onFocus={({ currentTarget }) => {
        onFocus();
        showTip(currentTarget, cell);
      }}
      onKeyDown={onKeyDown}
      onBlur={hideTip}
      onMouseEnter={({ currentTarget }) => showTip(currentTarget, cell)}
      onMouseLeave={hideTip}
    >
      <CellMark bucket={cell.bucket} isLeader={cell.leader === true} />
    </button>
  );
};
