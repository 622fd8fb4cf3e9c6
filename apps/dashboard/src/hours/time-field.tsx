import { useEffect, useId, useState } from 'preact/hooks';
import { DAY_MINUTES, readTime, writeTime } from './wall-time.js';
import { hoursWords } from './words.js';

interface TimeFieldProps {
  /** Said to screen readers in full. */
  readonly label: string;
  readonly minutes: number;
  readonly closing?: boolean;
  /** Said where the time is none that may stand here; null: it may. */
  readonly fault?: string | null;
  readonly onChange: (minutes: number) => void;
  readonly shown?: boolean;
}

/** A time on the wall, typed as people type it; the arrows go in quarters of an hour. A browser's own field knows no 24:00. */
export function TimeField({ label, minutes, closing = false, fault = null, onChange, shown = false }: TimeFieldProps) {
  const words = hoursWords().stretch;
  const id = useId();
  const [text, setText] = useState(writeTime(minutes));
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    setText(writeTime(minutes));
    setWrong(false);
  }, [minutes]);
  const take = (): void => {
    const time = readTime(text, closing);
    setWrong(time === null);
    if (time === null) return;
    setText(writeTime(time));
    if (time !== minutes) onChange(time);
  };
  const step = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowUp' ? 15 : event.key === 'ArrowDown' ? -15 : 0;
    const time = readTime(text, closing);
    if (event.key === 'Enter') take();
    if (by === 0 || time === null) return;
    event.preventDefault();
    const most = closing ? DAY_MINUTES : DAY_MINUTES - 15;
    const next = Math.min(most, Math.max(0, Math.floor(time / 15) * 15 + by));
    setText(writeTime(next));
    setWrong(false);
    onChange(next);
  };
  const said = wrong ? words.noTime : fault;
  return (
    <label class="field time-field">
      <span class={shown ? '' : 'unseen'}>{label}</span>
      <input
        class="numbers"
        inputMode="text"
        autocomplete="off"
        maxLength={5}
        value={text}
        aria-invalid={said !== null ? 'true' : undefined}
        aria-describedby={said !== null ? id : undefined}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={take}
        onKeyDown={step}
      />
      {said !== null && (
        <span id={id} class="field-fault" role="alert">
          {said}
        </span>
      )}
    </label>
  );
}
