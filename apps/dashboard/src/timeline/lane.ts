import { atX, type View, xOf } from './view.js';

export type Status = 'online' | 'busy' | 'offline';

/** A stretch of one status, [from, to) in ms since epoch; `to` null: it still lasts. */
export interface Stretch {
  readonly status: Status;
  readonly from: number;
  readonly to: number | null;
}

/** A piece of a lane from `x0` to `x1`, px: of one status, or of so many changes that only shares of the time can be drawn. */
export interface Piece {
  readonly x0: number;
  readonly x1: number;
  /** How much of it is each status; together 1, less where nothing is known. */
  readonly share: Readonly<Record<Status, number>>;
}

/** Place of the last stretch that begins at or before `at`; -1: none does. Stretches are in order and do not overlap. */
export function placeOf(stretches: readonly Stretch[], at: number): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.from ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The stretch that holds at an instant; undefined where nothing is known. `now`: how far the lasting one reaches. */
export function stretchAt<T extends Stretch>(stretches: readonly T[], at: number, now: number): T | undefined {
  const found = stretches[placeOf(stretches, at)];
  return found !== undefined && at < (found.to ?? now + 1) ? found : undefined;
}

/** How far a pointer reaches to both sides, px. */
const REACH = 1;

interface Under<T> {
  readonly of: T | undefined;
  readonly changes: number;
}

/** What lies under a place as wide as a finger tip of the mouse: the stretch in its middle, and how many changes are under it. */
export function under<T extends Stretch>(stretches: readonly T[], x: number, view: View, width: number, now: number): Under<T> {
  const [first, last] = [x - REACH, x + REACH].map((edge) => placeOf(stretches, atX(edge, view, width))) as [number, number];
  return { of: stretchAt(stretches, atX(x, view, width), now), changes: last - first };
}

/** The beginning of the next or the earlier change; null: there is none. */
export function changeBeside(stretches: readonly Stretch[], at: number, direction: -1 | 1): number | null {
  const place = placeOf(stretches, direction === 1 ? at : at - 1);
  return stretches[direction === 1 ? place + 1 : place]?.from ?? null;
}

/** The same in several lanes: the nearest one of all. */
export function changeBesideIn(lanes: readonly { readonly stretches: readonly Stretch[] }[], at: number, direction: -1 | 1): number | null {
  const found = lanes.map(({ stretches }) => changeBeside(stretches, at, direction)).filter((one) => one !== null);
  if (found.length === 0) return null;
  return direction === 1 ? Math.min(...found) : Math.max(...found);
}

/**
 * What is drawn of a lane: stretches wider than a pixel as they are, narrower ones put together to columns of one pixel each, so that a lane
 * never has more than two pieces per pixel however many changes it has. Time after `now` is empty.
 */
export function piecesOf(stretches: readonly Stretch[], view: View, width: number, now: number): Piece[] {
  const pieces: Piece[] = [];
  const columns = new Columns(pieces);
  for (let place = Math.max(0, placeOf(stretches, view.from)); place < stretches.length; place += 1) {
    const { status, from, to } = stretches[place] as Stretch;
    if (from >= view.to) break;
    const [x0, x1] = [Math.max(0, xOf(from, view, width)), Math.min(width, xOf(Math.min(to ?? now, now), view, width))];
    if (x1 <= x0) continue;
    // Only whole pixels stand alone; what is left at both ends shares its pixel with the neighbours.
    const [whole0, whole1] = [Math.ceil(x0), Math.floor(x1)];
    if (whole1 - whole0 < 1) columns.add(status, x0, x1);
    else {
      columns.add(status, x0, whole0);
      columns.close();
      push(pieces, { x0: whole0, x1: whole1, share: only(status) });
      columns.add(status, whole1, x1);
    }
  }
  columns.close();
  return pieces;
}

const NOTHING: Readonly<Record<Status, number>> = { online: 0, busy: 0, offline: 0 };
const ONLY: Readonly<Record<Status, Readonly<Record<Status, number>>>> = {
  online: { ...NOTHING, online: 1 },
  busy: { ...NOTHING, busy: 1 },
  offline: { ...NOTHING, offline: 1 },
};

function only(status: Status): Readonly<Record<Status, number>> {
  return ONLY[status];
}

/** Gathers what is narrower than a pixel, pixel by pixel. */
class Columns {
  private pixel = -1;
  private parts: (readonly [Status, number, number])[] = [];

  constructor(private readonly pieces: Piece[]) {}

  add(status: Status, x0: number, x1: number): void {
    for (let from = x0; x1 - from > 1e-9; ) {
      const pixel = Math.floor(from);
      const to = Math.min(x1, pixel + 1);
      if (pixel !== this.pixel) this.close();
      this.pixel = pixel;
      this.parts.push([status, from, to]);
      from = to;
    }
  }

  /** The edge between two stretches is drawn as it is; only more than that become shares. */
  close(): void {
    if (this.parts.length > 2) {
      const share = { ...NOTHING };
      for (const [status, from, to] of this.parts) share[status] += to - from;
      push(this.pieces, { x0: this.pixel, x1: this.pixel + 1, share });
    } else for (const [status, x0, x1] of this.parts) push(this.pieces, { x0, x1, share: only(status) });
    this.pixel = -1;
    this.parts = [];
  }
}

/** Pieces of the same shares that touch are one. */
function push(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  if (last && Math.abs(last.x1 - piece.x0) < 1e-9 && isSame(last.share, piece.share)) pieces[pieces.length - 1] = { ...last, x1: piece.x1 };
  else pieces.push(piece);
}

function isSame(one: Piece['share'], other: Piece['share']): boolean {
  return (Object.keys(NOTHING) as Status[]).every((status) => Math.abs(one[status] - other[status]) < 1e-6);
}

/** How long each status lasted within what is seen, ms. */
export function totalsOf(stretches: readonly Stretch[], { from, to }: View, now: number): Record<Status, number> {
  const totals = { ...NOTHING };
  for (let place = Math.max(0, placeOf(stretches, from)); place < stretches.length; place += 1) {
    const stretch = stretches[place] as Stretch;
    if (stretch.from >= to) break;
    totals[stretch.status] += Math.max(0, Math.min(stretch.to ?? now, now, to) - Math.max(stretch.from, from));
  }
  return totals;
}
