import type { VNode } from 'preact';
import type { Zone } from '../i18n/zone.js';
import type { ChartLane } from './chart.js';
import { changeBesideIn, stretchAt } from './lane.js';
import { Stretch } from './tell-tale.js';
import { words as said } from './words.js';

interface ReadoutProps {
  readonly lanes: readonly ChartLane[];
  /** Where the line stands. */
  readonly at: number;
  readonly now: number;
  readonly zone: Zone;
  readonly nameOf: (id: string) => string;
  readonly onAt: (at: number) => void;
  /** The instant, told or to be chosen. */
  readonly when: VNode;
  /** Steps to other places than the next change. */
  readonly more?: VNode;
}

/** What the line stands on: the instant, the steps to the change before and after in any lane, and the stretch of each lane. */
export function Readout({ lanes, at, now, zone, nameOf, onAt, when, more }: ReadoutProps) {
  const words = said();
  return (
    <div class="readout">
      {when}
      <div class="explorer-buttons readout-steps">
        <Step label={`‹ ${words.earlierChange}`} to={changeBesideIn(lanes, at, -1)} onAt={onAt} />
        <Step label={`${words.laterChange} ›`} to={changeBesideIn(lanes, at, 1)} onAt={onAt} />
        {more}
      </div>
      <dl class="readout-told">
        {lanes.map(({ id, label, stretches }) => (
          <div key={id}>
            <dt class="quiet">{label}</dt>
            <dd>
              <Stretch of={stretchAt(stretches, at, now)} now={now} zone={zone} nameOf={nameOf} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** A button that puts the line somewhere; `to` null: there is no such place. */
export function Step({ label, to, onAt }: { readonly label: string; readonly to: number | null; readonly onAt: (at: number) => void }) {
  return (
    <button type="button" class="button low" disabled={to === null} onClick={() => to !== null && onAt(to)}>
      {label}
    </button>
  );
}
