import { useState } from 'preact/hooks';
import type { HolidayCalendars } from '#contract';
import { SelectField } from '../design/field.js';
import { language } from '../i18n/index.js';
import { adminRead } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { usePolled } from '../session/use-polled.js';
import { dateName } from './day-names.js';
import type { Draft, HolidayRows } from './draft.js';
import { HolidayDialog } from './holiday-dialog.js';
import type { Owner } from './judge.js';
import { hoursWords } from './words.js';

interface HolidaysProps {
  readonly owner: Owner;
  readonly draft: Draft;
  /** Those that are written out for the draft's calendar; empty until the service has written them. */
  readonly rows: HolidayRows;
  /** Whether the rows are kept: only those can be changed one by one. */
  readonly kept: boolean;
  readonly today: string;
  readonly faultAt: (pointer: string) => boolean;
  readonly onChange: (draft: Draft) => void;
  readonly onEdited: () => void;
}

/** So many are shown at first. */
const FEW = 6;

/** Public holidays by country and region, and every day of them for review (behaviour D28). */
export function HolidaysEditor({ owner, draft, rows, kept, today, faultAt, onChange, onEdited }: HolidaysProps) {
  const words = hoursWords().holidays;
  const { value: calendars } = usePolled(() => adminRead<HolidayCalendars>(`/holiday-calendars?language=${language.value}`), Infinity, language.value);
  const [all, setAll] = useState(false);
  const [opened, setOpened] = useState<HolidayRows[number] | 'new' | null>(null);
  const chosen = draft.holidays;
  const countries = calendars?.countries ?? [];
  const regions = countries.find(({ code }) => code === chosen?.country)?.regions ?? [];
  const coming = rows.filter(({ date }) => date >= today);
  const shown = all ? coming : coming.slice(0, FEW);
  const option = ({ code, name }: { code: string; name: string }) => ({ value: code, label: name });
  const own = chosen && !countries.some(({ code }) => code === chosen.country) ? [{ value: chosen.country, label: chosen.country }] : [];
  const ownRegion = chosen?.region && !regions.some(({ code }) => code === chosen.region) ? [{ value: chosen.region, label: chosen.region }] : [];
  return (
    <section class="card holidays" aria-labelledby="holidays-title">
      <header>
        <h2 id="holidays-title">{words.title}</h2>
      </header>
      <p class="card-intro quiet small">{words.intro}</p>
      <fieldset class="card-fields side-by-side" disabled={!mayChange()}>
        <SelectField
          label={words.country}
          value={chosen?.country ?? ''}
          fault={faultAt('/holidays/country') ? words.unknownCountry : null}
          options={[{ value: '', label: words.noCountry }, ...own, ...countries.map(option)]}
          onInput={(country) => onChange({ ...draft, holidays: country === '' ? null : { country, region: null } })}
        />
        {chosen && (regions.length > 0 || ownRegion.length > 0) && (
          <SelectField
            label={words.region}
            value={chosen.region ?? ''}
            fault={faultAt('/holidays/region') ? words.unknownRegion : null}
            options={[{ value: '', label: words.wholeCountry }, ...ownRegion, ...regions.map(option)]}
            onInput={(region) => onChange({ ...draft, holidays: { country: chosen.country, region: region === '' ? null : region } })}
          />
        )}
      </fieldset>
      {chosen && shown.length === 0 && <p class="card-intro quiet small">{words.later}</p>}
      {chosen && shown.length > 0 && (
        <>
          <ul class="rows holiday-rows">
            {shown.map((row) => (
              <li key={row.date} class={row.struckOut ? 'struck' : ''}>
                <span class="numbers holiday-date">{dateName(row.date)}</span>
                <b dir="auto">{row.name}</b>
                <span class={`tag ${row.struckOut ? 'neutral' : row.hours ? '' : 'warning'}`}>{stateOf(row)}</span>
                {row.edited && <span class="small quiet">{words.edited}</span>}
                {kept && mayChange() && (
                  <button type="button" class="button plain low" onClick={() => setOpened(row)}>
                    {words.review}
                    <span class="unseen">: {row.name}, {dateName(row.date)}</span>
                  </button>
                )}
              </li>
            ))}
          </ul>
          <div class="card-foot">
            {coming.length > FEW && (
              <button type="button" class="button plain low" aria-expanded={all} onClick={() => setAll(!all)}>
                {all ? words.fewer : words.all(coming.length)}
              </button>
            )}
            {kept && mayChange() && (
              <button type="button" class="button plain low" onClick={() => setOpened('new')}>
                {words.add}
              </button>
            )}
            {kept && <span class="small quiet">{words.kept}</span>}
          </div>
        </>
      )}
      {opened !== null && (
        <HolidayDialog
          owner={owner}
          row={opened === 'new' ? null : opened}
          today={today}
          onDone={() => {
            setOpened(null);
            onEdited();
          }}
          onClose={() => setOpened(null)}
        />
      )}
    </section>
  );
}

function stateOf({ struckOut, hours }: HolidayRows[number]): string {
  const words = hoursWords().holidays;
  if (struckOut) return words.ordinary;
  return hours ? words.open(hours.map(({ opens, closes }) => `${opens}–${closes}`).join(', ')) : words.closed;
}
