import { Icon } from '../design/icons.js';
import { IntervalFields } from './interval-fields.js';
import { DAY_MINUTES, writeTime } from './wall-time.js';
import { hoursWords } from './words.js';

export interface Interval {
  readonly opens: number;
  readonly closes: number;
}

/** What stands where a day gets hours at all. */
export const SOME_HOURS: Interval = { opens: 8 * 60, closes: 12 * 60 };

interface IntervalListProps {
  readonly intervals: readonly Interval[];
  /** Said where the list is empty and must not be; null: nothing. */
  readonly fault: string | null;
  readonly onChange: (intervals: readonly Interval[]) => void;
}

/** The hours of one day, one after another. */
export function IntervalList({ intervals, fault, onChange }: IntervalListProps) {
  const words = hoursWords();
  const add = (): void => {
    const last = Math.max(0, ...intervals.map(({ closes }) => closes));
    onChange([...intervals, last === 0 || last > 22 * 60 ? SOME_HOURS : { opens: last + 60, closes: Math.min(last + 300, DAY_MINUTES) }]);
  };
  return (
    <div class="date-intervals">
      {intervals.map((interval, index) => (
        <div key={index} class="week-row-time">
          <IntervalFields
            of={`${index + 1}`}
            {...interval}
            onChange={(opens, closes) => onChange(intervals.map((one, place) => (place === index ? { opens, closes } : one)))}
          />
          <button
            type="button"
            class="button plain only-icon"
            aria-label={words.stretch.removeOne(`${writeTime(interval.opens)}–${writeTime(interval.closes)}`)}
            onClick={() => onChange(intervals.filter((_, place) => place !== index))}
          >
            <Icon name="cross" />
          </button>
        </div>
      ))}
      {fault !== null && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      <button type="button" class="button low" onClick={add}>
        <Icon name="plus" />
        {words.dates.addInterval}
      </button>
    </div>
  );
}
