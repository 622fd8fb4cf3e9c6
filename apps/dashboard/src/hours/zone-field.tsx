import { clockAt, ZoneInput } from '../design/zone-input.js';
import { hoursWords } from './words.js';

interface ZoneProps {
  /** Null: the site's. */
  readonly value: string | null;
  /** The zone that holds without an own one; null: that of each site (hours of a group). */
  readonly ofSite: string | null;
  /** What the service says is wrong with it. */
  readonly fault: string | null;
  readonly onChange: (zone: string | null) => void;
}

/** The zone that the hours are read in: the site's, or another one (behaviour D5). */
export function ZoneField({ value, ofSite, fault, onChange }: ZoneProps) {
  const words = hoursWords().zone;
  const clock = value === null && ofSite !== null ? clockAt(ofSite) : null;
  return (
    <div class="zone">
      <fieldset class="radios">
        <legend>{words.label}</legend>
        <label class="radio">
          <input type="radio" name="zone" checked={value === null} onChange={() => onChange(null)} />
          <span>{ofSite === null ? words.asEachSite : words.asSite(ofSite)}</span>
        </label>
        <label class="radio">
          <input type="radio" name="zone" checked={value !== null} onChange={() => onChange(ofSite ?? ownZone())} />
          <span>{words.own}</span>
        </label>
      </fieldset>
      {value !== null && <ZoneInput value={value} fault={fault} onInput={onChange} />}
      {clock !== null && <p class="small quiet numbers">{words.there(clock)}</p>}
    </div>
  );
}

function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
