import { useEffect, useState } from 'preact/hooks';
import { TimeField } from './time-field.js';
import { closingAfter, DAY_MINUTES } from './wall-time.js';
import { hoursWords } from './words.js';

interface IntervalProps {
  /** Whose times they are, for screen readers: `Monday`. */
  readonly of: string;
  readonly opens: number;
  /** Minutes since the same midnight; beyond 1440 on the next day. */
  readonly closes: number;
  readonly onChange: (opens: number, closes: number) => void;
  readonly shown?: boolean;
}

/** From when to when. What may not stand is marked and not given on. */
export function IntervalFields({ of, opens, closes, onChange, shown = false }: IntervalProps) {
  const words = hoursWords().stretch;
  const [from, setFrom] = useState(opens);
  const [to, setTo] = useState(closes);
  useEffect(() => {
    setFrom(opens);
    setTo(closes);
  }, [opens, closes]);
  const time = to > DAY_MINUTES ? to - DAY_MINUTES : to;
  const ends = closingAfter(from, time);
  const give = (begin: number, end: number): void => {
    setFrom(begin);
    setTo(end);
    const after = closingAfter(begin, end);
    if (after !== null) onChange(begin, after);
  };
  const label = (what: string): string => (shown ? what : `${of}: ${what}`);
  return (
    <div class="interval">
      <TimeField label={label(words.opens)} shown={shown} minutes={from} onChange={(minutes) => give(minutes, time)} />
      <span class="interval-dash" aria-hidden="true">
        –
      </span>
      <TimeField
        label={label(words.closes)}
        shown={shown}
        minutes={time}
        closing
        fault={ends === null ? words.same : null}
        onChange={(minutes) => give(from, minutes)}
      />
      {ends !== null && ends > DAY_MINUTES && <span class="small quiet interval-night">{words.nextDay}</span>}
    </div>
  );
}
