import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { dragged, type Hold, type Spot } from './grid-drag.js';
import { DAY_MINUTES } from './wall-time.js';
import type { Week } from './week.js';

/** Less is a click with an unsteady hand, pixels. */
const CLICK_PX = 4;

interface Drag {
  readonly hold: Hold;
  readonly from: Spot;
  readonly x: number;
  readonly y: number;
  readonly pointerId: number;
  far: boolean;
}

/**
 * The pointer on the grid: draws on empty places, moves blocks, pulls their edges. `preview`: the week as it would be if let go here.
 * Escape and a lost pointer leave everything as it was.
 */
export function useDrag(columns: RefObject<HTMLElement | null>, week: Week, give: (week: Week, id: string) => void) {
  const drag = useRef<Drag | null>(null);
  const [preview, setPreview] = useState<{ readonly week: Week; readonly id: string } | null>(null);

  const spotOf = ({ clientX, clientY }: PointerEvent): Spot | null => {
    const grid = columns.current?.getBoundingClientRect();
    if (!grid || grid.width === 0) return null;
    const day = Math.min(6, Math.max(0, Math.floor(((clientX - grid.left) / grid.width) * 7)));
    const minute = Math.min(DAY_MINUTES, Math.max(0, ((clientY - grid.top) / grid.height) * DAY_MINUTES));
    return { day, minute };
  };
  const end = (): void => {
    drag.current = null;
    setPreview(null);
  };
  useEffect(() => {
    if (!preview) return undefined;
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') end();
    };
    document.addEventListener('keydown', escape);
    return () => document.removeEventListener('keydown', escape);
  }, [preview !== null]);

  return {
    preview,
    begin(event: PointerEvent, hold: Hold): void {
      const from = spotOf(event);
      if (event.button !== 0 || !from) return;
      event.stopPropagation();
      columns.current?.setPointerCapture(event.pointerId);
      drag.current = { hold, from, x: event.clientX, y: event.clientY, pointerId: event.pointerId, far: false };
    },
    move(event: PointerEvent): void {
      const { current } = drag;
      const to = spotOf(event);
      if (!current || !to || event.pointerId !== current.pointerId) return;
      current.far ||= Math.hypot(event.clientX - current.x, event.clientY - current.y) >= CLICK_PX;
      if (current.far) setPreview(dragged(week, current.hold, current.from, to));
    },
    /** Gives what was held if it was a click and no drag. */
    release(event: PointerEvent): Hold | null {
      const { current } = drag;
      const to = spotOf(event);
      end();
      if (!current || !to) return null;
      if (!current.far) return current.hold;
      const after = dragged(week, current.hold, current.from, to);
      give(after.week, after.id);
      return null;
    },
    cancel: end,
  };
}
