import { useState } from 'preact/hooks';
import { Dialog } from '../design/dialog.js';
import { TextField } from '../design/field.js';
import { dateName } from './day-names.js';
import type { DatedRule } from './draft.js';
import { type Interval, IntervalList, SOME_HOURS } from './interval-list.js';
import { hoursWords } from './words.js';

interface DateDialogProps {
  /** Null: a new one. */
  readonly rule: DatedRule | null;
  readonly date: string;
  readonly onSave: (rule: Omit<DatedRule, 'id'> & { readonly id: string | null }) => void;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

/** What holds on a date, or on several: closed, or other hours, with a name. */
export function DateDialog({ rule, date, onSave, onRemove, onClose }: DateDialogProps) {
  const words = hoursWords().dates;
  const [from, setFrom] = useState(rule?.from ?? date);
  const [to, setTo] = useState(rule?.to ?? date);
  const [label, setLabel] = useState(rule?.label ?? '');
  const [closed, setClosed] = useState(rule === null || rule.intervals.length === 0);
  const [intervals, setIntervals] = useState<readonly Interval[]>(rule && rule.intervals.length > 0 ? rule.intervals : [SOME_HOURS]);
  const [asked, setAsked] = useState(false);
  const noDate = asked && (from === '' || to === '') ? words.noDate : null;
  const noHours = asked && !closed && intervals.length === 0;

  const save = (): void => {
    setAsked(true);
    if (from === '' || to === '' || (!closed && intervals.length === 0)) return;
    onSave({ id: rule?.id ?? null, from, to, label, intervals: closed ? [] : intervals });
  };
  return (
    <Dialog wide title={rule === null ? (date === '' ? words.newTitle : dateName(from || date)) : dateName(rule.from)} onClose={onClose} onSubmit={save}>
      <div class="side-by-side">
        <TextField
          type="date"
          label={words.from}
          value={from}
          fault={from === '' ? noDate : null}
          onInput={(value) => {
            if (to === from || to < value) setTo(value);
            setFrom(value);
          }}
        />
        <TextField type="date" label={words.to} value={to} fault={to === '' ? noDate : null} onInput={setTo} />
      </div>
      <TextField label={words.label} optional value={label} maxLength={200} hint={words.labelHint} onInput={setLabel} />
      <fieldset class="radios">
        <legend>{words.what}</legend>
        <label class="radio">
          <input type="radio" name="what" checked={closed} onChange={() => setClosed(true)} />
          <span>{words.closed}</span>
        </label>
        <label class="radio">
          <input type="radio" name="what" checked={!closed} onChange={() => setClosed(false)} />
          <span>{words.other}</span>
        </label>
      </fieldset>
      {!closed && <IntervalList intervals={intervals} fault={noHours ? words.noHours : null} onChange={setIntervals} />}
      <div class="actions">
        {rule !== null && (
          <button type="button" class="button quiet-danger first" onClick={onRemove}>
            {words.remove}
          </button>
        )}
        <button type="button" class="button" onClick={onClose}>
          {words.cancel}
        </button>
        <button class="button primary">{words.save}</button>
      </div>
    </Dialog>
  );
}
