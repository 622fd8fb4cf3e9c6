import { useState } from 'preact/hooks';
import { Dialog } from '../design/dialog.js';
import { t } from '../i18n/index.js';
import { serverNow } from '../session/server-time.js';
import { changeTo } from './actions.js';

const HOUR_MS = 3_600_000;
const two = (n: number): string => String(n).padStart(2, '0');

/** The next time the clock shows `hh:mm`: today, or tomorrow if that has passed. */
export function nextAt(time: string, now: Date): Date {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const at = new Date(now);
  at.setHours(hours, minutes, 0, 0);
  if (at <= now) at.setDate(at.getDate() + 1);
  return at;
}

export function UntilDialog({ onClose }: { readonly onClose: () => void }) {
  const words = t().until;
  const soon = new Date(Date.now() + HOUR_MS);
  const [time, setTime] = useState(`${two(soon.getHours())}:${two(soon.getMinutes())}`);
  const at = nextAt(time, new Date());
  const submit = (): void => {
    onClose();
    // The person reads this device's clock, the server its own.
    void changeTo('busy', at.getTime() + serverNow() - Date.now());
  };
  return (
    <Dialog title={words.title} onClose={onClose}>
      <label class="field">
        <span>{words.label}</span>
        <input type="time" required value={time} onInput={(event) => setTime(event.currentTarget.value)} />
      </label>
      <p class="quiet small" aria-live="polite">
        {time === '' ? '' : words.tomorrow(at.getTime())} {words.hint}
      </p>
      <div class="actions">
        <button type="button" class="button" onClick={onClose}>
          {words.cancel}
        </button>
        <button type="button" class="button primary" disabled={time === ''} onClick={submit}>
          {words.submit}
        </button>
      </div>
    </Dialog>
  );
}
