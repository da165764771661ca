import type { Bucket } from '../../protocol.js';
import type { Sign } from '../format/group-status.js';
import { Glyph } from './glyph.js';

/** Healthy cells carry none, so that the others stand out; the leader's is a star. */
const SIGNS: Readonly<Partial<Record<Bucket, Sign>>> = {
  surplus: 'plus',
  unhealthy: 'cross',
  unknown: 'question',
  draining: 'down',
  ending: 'dash',
};

interface CellMarkProps {
  readonly bucket: Bucket;
  readonly isLeader?: boolean;
}

/** The picture inside one cell. What has no sign tells itself by its shape: full, half full, cornered, hollow. */
export const CellMark = ({ bucket, isLeader = false }: CellMarkProps) => {
  const sign = SIGNS[bucket] ?? (isLeader ? 'star' : undefined);
  return sign === undefined ? null : <Glyph sign={sign} />;
};
