import { StatusPill } from '../design/status.js';
import { actorOf, causeOf, spanOf } from './cause.js';
import type { Hover } from './chart.js';
import { instant } from './times.js';
import type { Told } from './use-history.js';
import { words as said } from './words.js';
import type { Zone } from '../i18n/zone.js';

interface TellTaleProps {
  readonly hover: Hover | null;
  readonly zone: Zone;
  readonly width: number;
  readonly now: number;
  readonly nameOf: (id: string) => string;
}

/** The card beside the pointer: what was there, because of what, by whom. What the line stands on is told below the picture, also to the keyboard. */
export function TellTale({ hover, zone, width, now, nameOf }: TellTaleProps) {
  const words = said();
  if (hover === null) return null;
  const { at, x, lane, of, changes } = hover;
  const future = at > now;
  return (
    <div class={`tell-tale${x > width / 2 ? ' left' : ''}`} style={{ '--x': `${Math.round(x)}px` }} aria-hidden="true">
      <span class="quiet">{lane.label}</span>
      <b class="numbers">{future ? `${instant(at, zone)} · ${words.toCome}` : instant(at, zone)}</b>
      {changes > 2 && <span>{words.many(changes)}</span>}
      {changes <= 2 && !future && <Stretch of={of} now={now} zone={zone} nameOf={nameOf} />}
    </div>
  );
}

/** One stretch in words: status, from when to when, cause, actor and what was said. */
export function Stretch({ of, now, zone, nameOf }: Omit<TellTaleProps, 'hover' | 'width'> & { readonly of: Told | undefined }) {
  const words = said();
  if (of === undefined) return <span class="quiet">{words.nothingKnown}</span>;
  return (
    <span class="stretch">
      <StatusPill status={of.status} /> <span class="numbers">{spanOf(of, now, zone)}</span>
      <span class="stretch-cause" dir="auto">
        {causeOf(of)}, {words.by(actorOf(of, nameOf))}
        {of.cause.reason !== undefined && ` “${of.cause.reason}”`}
      </span>
    </span>
  );
}
