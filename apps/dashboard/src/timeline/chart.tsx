import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { language } from '../i18n/index.js';
import { type Status, type Stretch, piecesOf, under } from './lane.js';
import { shapeOf } from './lane-shape.js';
import { labelledTicks } from './tick-labels.js';
import type { Told } from './use-history.js';
import { atX, type View, xOf } from './view.js';
import type { Zone } from '../i18n/zone.js';

/** px */
const LANE = 40;
const LABEL = 22;
const GAP = 12;
const AXIS = 30;
const HANDLE = 10;

export interface ChartLane {
  readonly id: string;
  readonly label: string;
  readonly stretches: readonly Told[];
}

/** What the pointer is over. */
export interface Hover {
  readonly x: number;
  readonly y: number;
  readonly at: number;
  readonly lane: ChartLane;
  readonly of: Told | undefined;
  readonly changes: number;
}

interface ChartProps {
  readonly lanes: readonly ChartLane[];
  readonly view: View;
  readonly zone: Zone;
  readonly width: number;
  readonly now: number;
  /** The instant that the page shows. */
  readonly at: number;
  readonly hover: Hover | null;
  /** Stretches of time to point at, in all lanes. */
  readonly marks?: readonly Mark[] | undefined;
  /** Stretches in which nobody was there although the box was meant to be open. */
  readonly gaps?: readonly Mark[] | undefined;
}

export interface Mark {
  readonly from: number;
  readonly to: number;
}

/** The lanes, the axis and the line of the instant. A picture: what can be done with it is on the slider that lies over it. */
export function Chart({ lanes, view, zone, width, now, at, hover, marks = [], gaps = [] }: ChartProps) {
  const apart = width < 480 ? 52 : 76;
  const ticks = useMemo(() => labelledTicks(view, width, zone, apart), [view.from, view.to, width, zone, apart, language.value]);
  const height = heightOf(lanes.length);
  const nowX = xOf(now, view, width);
  const atPx = xOf(at, view, width);
  return (
    <svg class="chart" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      <defs>
        <pattern id="busy-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" class="hatch-ground" />
          <rect width="2" height="6" class="hatch-line" />
        </pattern>
      </defs>
      <g class="grid">
        {ticks.map((tick) => (
          <line key={tick.at} class={tick.major ? 'major' : undefined} x1={tick.x} x2={tick.x} y1={HANDLE} y2={height - AXIS + 4} />
        ))}
      </g>
      {lanes.map((lane, place) => (
        <Lane key={lane.id} lane={lane} y={laneY(place)} view={view} width={width} now={now} />
      ))}
      {gaps.length > 0 && <Marks of="gaps" marks={gaps} view={view} width={width} height={height} />}
      {marks.length > 0 && <Marks of="marks" marks={marks} view={view} width={width} height={height} />}
      {nowX < width && nowX > -1 && <rect class="to-come" x={nowX} y={HANDLE} width={width - nowX} height={height - AXIS - HANDLE} />}
      {lanes.map(({ id, label }, place) => (
        <text key={id} class="lane-label" x="0" y={laneY(place) - 7}>
          {label}
        </text>
      ))}
      <g class="axis">
        {ticks.map(({ at: of, major, x, label, anchor }) => (
          <text key={of} class={major ? 'major' : undefined} x={x} y={height - 9} text-anchor={anchor}>
            {label}
          </text>
        ))}
      </g>
      {hover !== null && <line class="hover-line" x1={hover.x} x2={hover.x} y1={HANDLE} y2={height - AXIS} />}
      {atPx >= -1 && atPx <= width + 1 && (
        <g class="cursor" transform={`translate(${Math.round(atPx)} 0)`}>
          <line x1="0" x2="0" y1={HANDLE} y2={height - AXIS + 2} />
          <path d="M-7 0h14v6l-7 8-7-8z" />
        </g>
      )}
    </svg>
  );
}

/** px */
const MARK = 5;

interface MarksProps extends Pick<ChartProps, 'view' | 'width'> {
  readonly of: 'marks' | 'gaps';
  readonly marks: readonly Mark[];
  readonly height: number;
}

/** A bar under the lanes, and a shade over them: two paths however many they are. */
function Marks({ of, marks, view, width, height }: MarksProps) {
  const spans = marks.flatMap(({ from, to }) => {
    const [x0, x1] = [Math.max(0, xOf(from, view, width)), Math.min(width, xOf(to, view, width))];
    return x1 <= 0 || x0 >= width ? [] : [[x0, Math.max(1, x1 - x0)] as const];
  });
  const path = (y: number, tall: number): string => spans.map(([x, wide]) => `M${x.toFixed(1)} ${y}h${wide.toFixed(1)}v${tall}h-${wide.toFixed(1)}z`).join('');
  const bottom = height - AXIS;
  return (
    <g class={of}>
      <path class="mark-shade" d={path(HANDLE, bottom - HANDLE)} />
      <path class="mark-bar" d={path(bottom, MARK)} />
    </g>
  );
}

/** Drawn anew only if it is another one: the line of the instant moves without it. */
function Lane({ lane, y, view, width, now }: Pick<ChartProps, 'view' | 'width' | 'now'> & { readonly lane: ChartLane; readonly y: number }) {
  const lasting = lane.stretches.at(-1)?.to === null ? Math.round(xOf(now, view, width)) : 0;
  const shape = useMemo(() => shapeOf(piecesOf(lane.stretches, view, width, now), y, LANE), [lane.stretches, view.from, view.to, width, lasting]);
  return (
    <g class="lane" data-lane={lane.id}>
      <rect class="lane-ground" x="0" y={y} width={width} height={LANE} />
      {(['offline', 'busy', 'online'] as const satisfies readonly Status[]).map((status) => (
        <path key={status} class={status} d={shape[status]} />
      ))}
    </g>
  );
}

export function heightOf(lanes: number): number {
  return HANDLE + lanes * (LABEL + LANE) + (lanes - 1) * GAP + AXIS;
}

function laneY(place: number): number {
  return HANDLE + LABEL + place * (LABEL + LANE + GAP);
}

/** What lies under a place of the picture, px. */
export function hoverAt(x: number, y: number, { lanes, view, width, now }: Pick<ChartProps, 'lanes' | 'view' | 'width' | 'now'>): Hover | null {
  const place = Math.min(lanes.length - 1, Math.max(0, Math.floor((y - HANDLE) / (LABEL + LANE + GAP))));
  const lane = lanes[place];
  if (!lane) return null;
  return { x, y: laneY(place), at: atX(x, view, width), lane, ...under<Told & Stretch>(lane.stretches, x, view, width, now) };
}

/** How wide an element is, px; 0 until it is known. */
export function useWidth(): [(element: HTMLElement | null) => void, number] {
  const [width, setWidth] = useState(0);
  const observer = useRef<ResizeObserver | null>(null);
  useEffect(() => () => observer.current?.disconnect(), []);
  const watch = useRef((element: HTMLElement | null): void => {
    observer.current?.disconnect();
    if (element === null) return;
    observer.current = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.current.observe(element);
  });
  return [watch.current, width];
}
