import { useRef, useState } from 'preact/hooks';
import type { HoursView } from '#contract';
import { offer } from '../design/offer.js';
import { refusalText } from '../design/refusals.js';
import { toast } from '../design/toasts.js';
import { adminChange, adminText } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { type Draft, draftOf, type HolidayRows } from './draft.js';
import type { Fault, Owner } from './judge.js';
import { hoursPath } from './use-hours.js';
import { hoursWords } from './words.js';

interface ExchangeProps {
  readonly owner: Owner;
  /** Name of the site or group, for the file. */
  readonly name: string;
  /** Whether there are saved hours to download. */
  readonly saved: boolean;
  readonly dirty: boolean;
  readonly onImport: (draft: Draft, rows: HolidayRows) => void;
}

const CALENDAR = 'text/calendar';
const JSON_LD = 'application/ld+json';

/** Hours as files: iCalendar for calendars, JSON-LD for the website; an import is looked over before it is saved. */
export function Exchange({ owner, name, saved, dirty, onImport }: ExchangeProps) {
  const words = hoursWords().exchange;
  const input = useRef<HTMLInputElement>(null);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const download = async (type: string, ending: string): Promise<void> => {
    const answer = await adminText(hoursPath(owner), type);
    if (answer.kind !== 'ok') return toast(refusalText(answer));
    offer(new Blob([answer.body.text], { type }), name === '' ? 'hours' : name, ending);
  };
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setFaults([]);
    const type = /\.ics$/i.test(file.name) || file.type === CALENDAR ? CALENDAR : JSON_LD;
    const answer = await adminChange<HoursView>('PUT', `${hoursPath(owner)}?dryRun=true`, await file.text(), { type });
    if (answer.kind === 'ok') {
      onImport(draftOf(answer.body), answer.body.holidayRows ?? []);
      toast(words.imported);
    } else if (answer.kind === 'refused' && answer.refusal.errors.length > 0) setFaults(answer.refusal.errors);
    else if (answer.kind === 'refused') setFaults([{ pointer: '', detail: answer.refusal.detail }]);
    else toast(refusalText(answer));
  };
  return (
    <section class="card exchange" aria-labelledby="exchange-title">
      <header>
        <h2 id="exchange-title">{words.title}</h2>
      </header>
      <p class="card-intro quiet small">{words.intro}</p>
      <div class="card-fields exchange-buttons">
        {saved && (
          <>
            <button type="button" class="button low" onClick={() => void download(CALENDAR, 'ics')}>
              {words.calendar}
            </button>
            <button type="button" class="button low" onClick={() => void download(JSON_LD, 'json')}>
              {words.jsonLd}
            </button>
          </>
        )}
        {mayChange() && (
          <>
            <button type="button" class="button low" onClick={() => input.current?.click()}>
              {words.import}
            </button>
            <input
              ref={input}
              type="file"
              hidden
              aria-label={words.import}
              accept=".ics,.json,.jsonld,text/calendar,application/ld+json,application/json"
              onChange={(event) => {
                void take(event.currentTarget.files?.[0]);
                event.currentTarget.value = '';
              }}
            />
          </>
        )}
        {saved && dirty && <p class="small quiet">{words.unsaved}</p>}
        {faults.length > 0 && (
          <div class="note error" role="alert">
            <b>{words.unread}</b>
            <ul lang="en">
              {faults.slice(0, 8).map(({ pointer, detail }) => (
                <li key={`${pointer} ${detail}`}>
                  {pointer} {detail}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </section>
  );
}
