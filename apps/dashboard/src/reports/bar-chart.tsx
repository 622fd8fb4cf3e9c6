import { useEffect, useRef, useState } from 'preact/hooks';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme } from '../design/theme.js';
import type { Zone } from '../i18n/zone.js';
import { type Bar, type Standing, stacked } from './bars.js';
import { periodMark, periodName, spent } from './numbers.js';
import type { Step } from './range.js';
import { words as said } from './words.js';

const HEIGHT = 260;
/** A mark below every so manieth bar. */
const MARKS = [1, 2, 3, 4, 6, 7, 12, 14, 24, 28, 48, 72, 96, 168];
/** Hours between two lines: parts of an hour, of a day, of a week. */
const HOUR_MARKS = [0.25, 0.5, 1, 2, 3, 6, 12, 24, 48];
/** px of a bar at most: few of them shall not look like walls. */
const WIDEST = 56;

interface BarChartProps {
  readonly label: string;
  readonly bars: readonly Bar[];
  readonly standings: readonly Standing[];
  readonly by: Step;
  readonly zone: Zone;
}

/** Hours by standing, stacked. What the pointer or the arrow keys stand on is told below it, and read out. */
export function BarChart({ label, bars, standings, by, zone }: BarChartProps) {
  const words = said();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const [picked, setPicked] = useState(bars.length - 1);
  const at = Math.min(picked, bars.length - 1);
  const looks = theme.value;

  useEffect(() => {
    const host = place.current;
    if (!host) return undefined;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = drawn(host, { bars, standings, by, zone }, setPicked);
    };
    draw();
    const sized = new ResizeObserver(() => plot.current?.setSize({ width: host.clientWidth, height: HEIGHT }));
    sized.observe(host);
    const dark = matchMedia('(prefers-color-scheme: dark)'); // colours are those of the page, at the moment of drawing
    dark.addEventListener('change', draw);
    return () => {
      sized.disconnect();
      dark.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [bars, standings, by, zone, looks]);

  const bar = bars[at];
  const parts = standings.flatMap((one) => {
    const seconds = bar?.seconds[one] ?? 0;
    return seconds > 0 ? [`${words.standing[one]} ${spent(seconds)}`] : [];
  });
  const told = bar === undefined ? '' : [periodName(bar, by, zone), ...parts].join(' · ');
  const go = (to: number): void => {
    const next = Math.max(0, Math.min(bars.length - 1, to));
    setPicked(next);
    const left = plot.current?.valToPos(next, 'x');
    if (left !== undefined) plot.current?.setCursor({ left, top: 8 }, false);
  };
  return (
    <>
      <div
        ref={place}
        class="bar-chart"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={bars.length - 1}
        aria-valuenow={at}
        aria-valuetext={told}
        onKeyDown={(event) => {
          const to = stepTo(event.key, at, bars.length - 1);
          if (to === undefined) return;
          event.preventDefault();
          go(to);
        }}
      />
      <p class="bar-told" aria-hidden="true">
        {told}
      </p>
    </>
  );
}

/** Where a key goes from a bar; undefined: it is no such key. */
function stepTo(key: string, at: number, last: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1 },
    ...{ PageDown: at - 7, PageUp: at + 7, Home: 0, End: last },
  };
  return steps[key];
}

function drawn(host: HTMLElement, { bars, standings, by, zone }: Omit<BarChartProps, 'label'>, onPick: (bar: number) => void): UPlot {
  const style = getComputedStyle(host);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const edges = stacked(bars, standings);
  const font = `12px ${style.fontFamily}`;
  const axis = { stroke: colour('--text-quiet'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  const rows = standings.map((standing, i) => ({ standing, edge: edges[i] ?? [] })).reverse(); // the highest edge first, lower ones in front of it
  const places = bars.map((_, i) => i);
  const most = Math.max(1, ...(edges.at(-1) ?? []));
  const options: UPlot.Options = {
    width: host.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { show: false }, dataIdx: (_plot, _series, closest) => closest },
    scales: { x: { time: false, range: () => [-0.6, Math.max(0.6, bars.length - 0.4)] }, y: { range: () => [0, most] } },
    axes: [
      { ...axis, grid: { show: false }, space: 72, incrs: MARKS, values: (_plot, splits) => splits.map((at) => markOf(bars[at], by, zone)) },
      { ...axis, size: 48, incrs: HOUR_MARKS, values: (_plot, splits) => splits.map((hours) => (most <= 1 ? `${Math.round(hours * 60)} min` : `${hours} h`)) },
    ],
    series: [
      {},
      ...rows.map(({ standing }) => ({
        label: standing,
        fill: colour(`--standing-${standing}`),
        width: 0,
        points: { show: false },
        ...(UPlot.paths.bars ? { paths: UPlot.paths.bars({ size: [0.72, WIDEST] }) } : {}),
      })),
    ],
    hooks: { setCursor: [(plot) => typeof plot.cursor.idx === 'number' && onPick(plot.cursor.idx)] },
  };
  return new UPlot(options, [places, ...rows.map(({ edge }) => edge)], host);
}

function markOf(bar: Bar | undefined, by: Step, zone: Zone): string {
  return bar === undefined ? '' : periodMark(bar, by, zone);
}
