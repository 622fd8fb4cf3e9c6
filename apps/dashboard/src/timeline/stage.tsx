import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Chart, type ChartLane, heightOf, type Hover, hoverAt, type Mark, useWidth } from './chart.js';
import { changeBesideIn } from './lane.js';
import { TellTale } from './tell-tale.js';
import { atX, shifted, type View, zoomed } from './view.js';
import { words as said } from './words.js';
import type { Zone } from '../i18n/zone.js';

interface StageProps {
  readonly lanes: readonly ChartLane[];
  readonly marks?: readonly Mark[];
  readonly gaps?: readonly Mark[];
  readonly view: View;
  readonly zone: Zone;
  readonly now: number;
  readonly at: number;
  /** What a person with a screen reader hears of the instant. */
  readonly valueText: string;
  readonly nameOf: (id: string) => string;
  readonly onView: (view: View) => void;
  readonly onAt: (at: number) => void;
}

/** How far an arrow key moves the instant: a share of what is seen. */
const STEP = 1 / 200;
const ZOOM = 0.7;

/** The picture with the slider that lies over it: drag sets the instant, ctrl and the wheel zoom, keys do both. */
export function Stage({ lanes, marks, gaps, view, zone, now, at, valueText, nameOf, onView, onAt }: StageProps) {
  const words = said();
  const hint = useId();
  const [watch, width] = useWidth();
  const [hover, setHover] = useState<Hover | null>(null);
  const slider = useRef<HTMLDivElement>(null);
  const newest = useRef({ view, width, onView });
  newest.current = { view, width, onView };

  // A wheel that zooms must not zoom the page as well, so this listener may not be passive.
  useEffect(() => {
    const { current } = slider;
    const wheel = (event: WheelEvent): void => {
      const { view: seen, width: wide, onView: turn } = newest.current;
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (wide === 0 || !(event.ctrlKey || event.metaKey || (sideways !== 0 && Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)))) return;
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) turn(zoomed(seen, Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 120), atX(event.offsetX, seen, wide)));
      else turn(shifted(seen, sideways / wide));
    };
    current?.addEventListener('wheel', wheel, { passive: false });
    return () => current?.removeEventListener('wheel', wheel);
  }, []);

  const point = (event: PointerEvent): { x: number; y: number } => {
    const box = slider.current?.getBoundingClientRect();
    return { x: Math.min(width, Math.max(0, event.clientX - (box?.left ?? 0))), y: event.clientY - (box?.top ?? 0) };
  };
  const moved = (event: PointerEvent): void => {
    const { x, y } = point(event);
    setHover(event.pointerType === 'touch' ? null : hoverAt(x, y, { lanes, view, width, now }));
    if (event.buttons === 1) onAt(atX(x, view, width));
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actOf(event, { view, at, now, lanes });
    if (act === null) return;
    event.preventDefault();
    setHover(null);
    if (act.view) onView(act.view);
    if (act.at !== undefined) onAt(act.at);
  };

  return (
    <div class="stage" ref={watch}>
      {width > 0 && <Chart lanes={lanes} marks={marks} gaps={gaps} view={view} zone={zone} width={width} now={now} at={at} hover={hover} />}
      <div
        ref={slider}
        class="stage-slider"
        style={{ height: `${heightOf(lanes.length)}px` }}
        role="slider"
        tabIndex={0}
        aria-label={words.slider}
        aria-describedby={hint}
        aria-valuemin={Math.round(view.from / 1_000)}
        aria-valuemax={Math.round(Math.max(view.from, Math.min(view.to, now)) / 1_000)}
        aria-valuenow={Math.round(at / 1_000)}
        aria-valuetext={valueText}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          slider.current?.setPointerCapture(event.pointerId);
          onAt(atX(point(event).x, view, width));
        }}
        onPointerMove={moved}
        onPointerLeave={() => setHover(null)}
        onKeyDown={pressed}
      />
      {width > 0 && <TellTale hover={hover} zone={zone} width={width} now={now} nameOf={nameOf} />}
      <p class="unseen" id={hint}>
        {words.sliderHint}
      </p>
    </div>
  );
}

interface Act {
  readonly view?: View;
  readonly at?: number;
}

/** What a key does; null: nothing. */
function actOf(event: KeyboardEvent, { view, at, now, lanes }: { view: View; at: number; now: number; lanes: readonly ChartLane[] }): Act | null {
  const step = (view.to - view.from) * STEP * (event.shiftKey ? 10 : 1);
  const change = (direction: -1 | 1): Act => {
    const found = changeBesideIn(lanes, at, direction);
    return found === null ? {} : { at: found };
  };
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return { at: Math.round(at - step) };
    case 'ArrowRight':
    case 'ArrowUp':
      return { at: Math.round(at + step) };
    case 'PageUp':
      return change(-1);
    case 'PageDown':
      return change(1);
    case 'Home':
      return { at: view.from };
    case 'End':
      return { at: Math.min(view.to, now) };
    case '+':
    case '=':
      return { view: zoomed(view, ZOOM, at) };
    case '-':
    case '_':
      return { view: zoomed(view, 1 / ZOOM, at) };
    default:
      return null;
  }
}
