import type { Bucket, ZonePicture } from '../../protocol.js';
import { countBuckets, countsText, filledBuckets } from '../format/bucket.js';
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
  // In a list half as many cells are many, and small groups are drawn alike.
  const shown = Math.max(FEWEST_SHOWN, cells.length * 2);
  const size = isTight ? 'tiny' : cellSize(shown);
  if (isTight && cells.length > MOST_TIGHT) return <Shares cells={cells} />;
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

/** The fewest of which no cell is huge. */
const FEWEST_SHOWN = 13;

/** In a narrow list more cells than these are a bar. */
const MOST_TIGHT = 64;

/** How much of a group is in each bucket. */
const Shares = ({ cells }: { readonly cells: readonly Bucket[] }) => {
  const counts = countBuckets(cells);
  return (
    <div class="shares" role="img" aria-label={countsText(counts)}>
      {filledBuckets(counts).map(([bucket, count]) => (
        <span key={bucket} class={`cell is-${bucket}`} style={{ flexGrow: count }} />
      ))}
    </div>
  );
};

/** A place in the picture is all that a cell is here. */
const placed = (cells: readonly Bucket[]) => cells.map((bucket, position) => ({ bucket, position }));
