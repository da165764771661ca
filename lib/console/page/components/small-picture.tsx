import type { Bucket, ZonePicture } from '../../protocol.js';
import { countBuckets, countsText } from '../format/bucket.js';
import { cellSize, zoneGrowth } from '../format/zones.js';
import { CellMark } from './cell-mark.js';

interface SmallPictureProps {
  readonly zones: readonly ZonePicture[];
  /** In a narrow list cells are small and zones have no names. */
  readonly isTight?: boolean;
}

/** A group at a glance, to be looked at and not into. */
export const SmallPicture = ({ zones, isTight = false }: SmallPictureProps) => {
  const cells = zones.flatMap((zone) => zone.cells);
  // In a list, half as many cells are many.
  const shown = cells.length * 2;
  const size = isTight ? 'tiny' : cellSize(shown);
  return (
    <div class={`picture ${size}`} role="img" aria-label={countsText(countBuckets(cells))}>
      {zones.map(({ zone, cells: inZone }) => (
        <div key={zone} class="zone" style={{ flexGrow: isTight ? 0 : zoneGrowth(inZone.length, shown) }}>
          {isTight ? null : <span class="zone-name">{zone || 'no zone yet'}</span>}
          <div class="cells">
            {placed(inZone).map(({ bucket, position }) => (
              <span key={position} class={`cell is-${bucket}`}>
                {isTight ? null : <CellMark bucket={bucket} />}
              </span>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
};

/** A place in the picture is all that a cell is here. */
const placed = (cells: readonly Bucket[]) => cells.map((bucket, position) => ({ bucket, position }));
