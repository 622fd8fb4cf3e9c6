import { useState } from 'preact/hooks';
import { Dialog } from '../design/dialog.js';
import { dayName } from './day-names.js';
import { DAYS } from './week.js';
import { hoursWords } from './words.js';

interface CopyDialogProps {
  readonly from: number;
  readonly onCopy: (to: readonly number[]) => void;
  readonly onClose: () => void;
}

/** Which days are to be like one. */
export function CopyDayDialog({ from, onCopy, onClose }: CopyDialogProps) {
  const words = hoursWords().copy;
  const others = DAYS.map((_, day) => day).filter((day) => day !== from);
  const [chosen, setChosen] = useState<readonly number[]>(others.filter((day) => from < 5 && day < 5));
  const toggle = (day: number): void => setChosen(chosen.includes(day) ? chosen.filter((one) => one !== day) : [...chosen, day]);
  return (
    <Dialog title={words.title(dayName(from))} onClose={onClose}>
      <div class="dialog-links">
        <button type="button" class="button plain" onClick={() => setChosen(others.filter((day) => day < 5))}>
          {words.workdays}
        </button>
        <button type="button" class="button plain" onClick={() => setChosen(others)}>
          {words.all}
        </button>
      </div>
      <div class="day-choices">
        {others.map((day) => (
          <label key={day} class="day-choice">
            <input type="checkbox" checked={chosen.includes(day)} onChange={() => toggle(day)} />
            <span>{dayName(day)}</span>
          </label>
        ))}
      </div>
      <p class="quiet small">{words.hint}</p>
      <div class="actions">
        <button type="button" class="button" onClick={onClose}>
          {hoursWords().dates.cancel}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={chosen.length === 0}
          onClick={() => {
            onCopy(chosen);
            onClose();
          }}
        >
          {words.submit}
        </button>
      </div>
    </Dialog>
  );
}
