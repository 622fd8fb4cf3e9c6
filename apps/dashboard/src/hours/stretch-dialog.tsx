import { Dialog } from '../design/dialog.js';
import { dayName } from './day-names.js';
import { IntervalFields } from './interval-fields.js';
import { DAY_MINUTES } from './wall-time.js';
import { DAYS, dayAfter, moved, splitAtMidnight, type Week, without, withTimes } from './week.js';
import { hoursWords } from './words.js';

interface StretchDialogProps {
  readonly week: Week;
  readonly id: string;
  readonly onChange: (week: Week) => void;
  readonly onCopy: (day: number) => void;
  readonly onClose: () => void;
}

/** One block of the week by its numbers. What is changed here holds at once; undo takes it back. */
export function StretchDialog({ week, id, onChange, onCopy, onClose }: StretchDialogProps) {
  const words = hoursWords().stretch;
  const stretch = week.find((one) => one.id === id);
  if (!stretch) return null;
  const { day, opens, closes } = stretch;
  return (
    <Dialog title={words.title(dayName(day))} onClose={onClose}>
      <label class="field">
        <span>{words.day}</span>
        <select value={day} onChange={(event) => onChange(moved(week, id, { days: Number(event.currentTarget.value) - day }))}>
          {DAYS.map((name, index) => (
            <option key={name} value={index}>
              {dayName(index)}
            </option>
          ))}
        </select>
      </label>
      <IntervalFields shown of={dayName(day)} opens={opens} closes={closes} onChange={(from, to) => onChange(withTimes(week, id, from, to))} />
      <div class="dialog-links">
        <button type="button" class="button plain" onClick={() => onCopy(day)}>
          {words.copy}
        </button>
        {closes > DAY_MINUTES && (
          <button type="button" class="button plain" onClick={() => onChange(splitAtMidnight(week, id))}>
            {words.split} ({dayName(dayAfter(day, 1), 'short')})
          </button>
        )}
      </div>
      <div class="actions">
        <button
          type="button"
          class="button quiet-danger first"
          onClick={() => {
            onChange(without(week, id));
            onClose();
          }}
        >
          {words.remove}
        </button>
        <button type="button" class="button primary" onClick={onClose}>
          {words.done}
        </button>
      </div>
    </Dialog>
  );
}
