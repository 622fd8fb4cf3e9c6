import type { Piece, Status } from './lane.js';

/** Outlines of a lane, one for each status: three elements however many changes there are. */
export type LaneShape = Readonly<Record<Status, string>>;

/** How tall what is offline is drawn: low, so that open and closed differ without colour. px */
const LOW = 6;

/**
 * The lane from `y` on, `height` px tall. Open time fills it from below; where pieces are shares, the height is the share of the time that
 * was online, and above it busy.
 */
export function shapeOf(pieces: readonly Piece[], y: number, height: number): LaneShape {
  const paths = { online: '', busy: '', offline: '' };
  const bottom = y + height;
  for (const { x0, x1, share } of pieces) {
    const [online, busy] = [share.online * height, share.busy * height];
    if (share.offline > 0) paths.offline += box(x0, x1, bottom - LOW, LOW);
    if (busy > 0) paths.busy += box(x0, x1, bottom - online - busy, busy);
    if (online > 0) paths.online += box(x0, x1, bottom - online, online);
  }
  return paths;
}

function box(x0: number, x1: number, y: number, height: number): string {
  return `M${round(x0)} ${round(y)}h${round(x1 - x0)}v${round(height)}h${round(x0 - x1)}z`;
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}
