import { useState } from 'preact/hooks';
import { TextField } from '../design/field.js';
import { FormDialog } from '../design/form.js';
import { toast } from '../design/toasts.js';
import { adminChange } from '../session/admin.js';
import { useSaving } from '../session/use-saving.js';
import { dateName } from './day-names.js';
import type { HolidayRows } from './draft.js';
import { type Interval, IntervalList, SOME_HOURS } from './interval-list.js';
import type { Owner } from './judge.js';
import { hoursPath } from './use-hours.js';
import { closingAfter, readTime, writeTime } from './wall-time.js';
import { hoursWords } from './words.js';

interface HolidayDialogProps {
  readonly owner: Owner;
  /** Null: a new one. */
  readonly row: HolidayRows[number] | null;
  readonly today: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

type What = 'closed' | 'open' | 'ordinary';

/** One holiday: closed, open for some hours, or a day like any other. Saved at once; the monthly extension keeps it. */
export function HolidayDialog({ owner, row, today, onDone, onClose }: HolidayDialogProps) {
  const words = hoursWords();
  const saving = useSaving();
  const [date, setDate] = useState(row?.date ?? today);
  const [name, setName] = useState(row?.name ?? '');
  const [what, setWhat] = useState<What>(row?.struckOut ? 'ordinary' : row?.hours ? 'open' : 'closed');
  const [intervals, setIntervals] = useState(timesOf(row));
  const [asked, setAsked] = useState(false);
  const save = async (): Promise<void> => {
    setAsked(true);
    if (what === 'open' && intervals.length === 0) return;
    const told = intervals.map(({ opens, closes }) => ({ opens: writeTime(opens), closes: writeTime(closes) }));
    const body = { name, ...(what === 'open' ? { intervals: told } : {}), ...(what === 'ordinary' ? { counts: false } : {}) };
    const done = await saving.run(() => adminChange('PUT', `${hoursPath(owner)}/holidays/${encodeURIComponent(date)}`, body));
    if (done === null) return;
    toast(words.holidays.saved(name));
    onDone();
  };
  const options: readonly { readonly value: What; readonly label: string }[] = [
    { value: 'closed', label: words.holidays.closed },
    { value: 'open', label: words.dates.other },
    { value: 'ordinary', label: words.holidays.ordinary },
  ];
  return (
    <FormDialog title={row === null ? words.holidays.add : dateName(row.date)} saving={saving} onSubmit={() => void save()} onCancel={onClose}>
      {row === null && <TextField type="date" label={words.dates.from} value={date} onInput={setDate} />}
      <TextField label={words.dates.label} value={name} maxLength={200} fault={saving.faultAt('/name')} onInput={setName} />
      <fieldset class="radios">
        <legend>{words.dates.what}</legend>
        {options.map(({ value, label }) => (
          <label key={value} class="radio">
            <input type="radio" name="holiday-what" checked={what === value} onChange={() => setWhat(value)} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {what === 'open' && (
        <IntervalList intervals={intervals} fault={asked && intervals.length === 0 ? words.dates.noHours : null} onChange={setIntervals} />
      )}
    </FormDialog>
  );
}

function timesOf(row: HolidayRows[number] | null): readonly Interval[] {
  const read = (row?.hours ?? []).flatMap((told) => {
    const opens = readTime(told.opens, false);
    const time = readTime(told.closes, true);
    const closes = opens === null || time === null ? null : closingAfter(opens, time);
    return opens === null || closes === null ? [] : [{ opens, closes }];
  });
  return read.length > 0 ? read : [SOME_HOURS];
}
