import { Icon } from '../design/icons.js';
import { Choice } from '../design/search.js';
import type { Unit, Zone } from '../i18n/zone.js';
import { turned, unitOf, type View, viewOf, zoomed } from './view.js';
import { words as said } from './words.js';

const ZOOM = 0.5;

interface ViewToolsProps {
  readonly view: View;
  readonly zone: Zone;
  /** The instant round which it becomes nearer, and whose day, week, … is seen then. */
  readonly at: number;
  readonly units: readonly Unit[];
  /** All that there is to see; null: nobody knows yet. */
  readonly whole: View | null;
  readonly onView: (view: View) => void;
}

/** What is seen: a day, a week, …, or all of it; earlier, later, nearer, farther. */
export function ViewTools({ view, zone, at, units, whole, onView }: ViewToolsProps) {
  const words = said();
  return (
    <>
      <Choice label={words.range} value={unitOf(view, zone) ?? ('' as Unit)} onChange={(unit) => onView(viewOf(unit, at, zone))} options={units.map((value) => ({ value, label: words.units[value] }))} />
      {whole !== null && (
        <button type="button" class="chip" onClick={() => onView(whole)}>
          {words.wholeLife}
        </button>
      )}
      <span class="explorer-buttons">
        <Tool label={words.earlier} icon="earlier" act={() => onView(turned(view, -1, zone))} />
        <Tool label={words.later} icon="later" act={() => onView(turned(view, 1, zone))} />
        <Tool label={words.nearer} icon="nearer" act={() => onView(zoomed(view, ZOOM, anchorOf(view, at)))} />
        <Tool label={words.farther} icon="farther" act={() => onView(zoomed(view, 1 / ZOOM, anchorOf(view, at)))} />
      </span>
    </>
  );
}

function Tool({ label, icon, act }: { readonly label: string; readonly icon: 'earlier' | 'later' | 'nearer' | 'farther'; readonly act: () => void }) {
  return (
    <button type="button" class="button only-icon" title={label} onClick={act}>
      <Icon name={icon} />
      <span class="unseen">{label}</span>
    </button>
  );
}

/** Buttons zoom round the line if it is seen, else round the middle. */
function anchorOf({ from, to }: View, at: number): number {
  return at >= from && at <= to ? at : (from + to) / 2;
}
