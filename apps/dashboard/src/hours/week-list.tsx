import { Icon } from '../design/icons.js';
import { dayName } from './day-names.js';
import { IntervalFields } from './interval-fields.js';
import { DAYS, type Week, without, withTimes } from './week.js';
import { stretchName } from './week-grid.js';
import { hoursWords } from './words.js';

interface ListProps {
  readonly week: Week;
  readonly today: number | null;
  readonly onChange: (week: Week, said: string) => void;
  readonly onAdd: (day: number) => void;
  readonly onCopy: (day: number) => void;
}

/** The week as a list of days with fields to type in: for phones, and for everybody who likes to type. */
export function WeekList({ week, today, onChange, onAdd, onCopy }: ListProps) {
  const words = hoursWords();
  return (
    <ul class="rows week-list">
      {DAYS.map((name, day) => {
        const mine = week.filter((stretch) => stretch.day === day);
        return (
          <li key={name} class="week-row" data-day={name}>
            <b class={today === day ? 'today' : ''}>{dayName(day)}</b>
            <div class="week-row-times">
              {mine.length === 0 && <span class="quiet">{words.week.closed}</span>}
              {mine.map((stretch) => (
                <div key={stretch.id} class="week-row-time">
                  <IntervalFields
                    of={dayName(day)}
                    opens={stretch.opens}
                    closes={stretch.closes}
                    onChange={(opens, closes) => onChange(withTimes(week, stretch.id, opens, closes), '')}
                  />
                  <button
                    type="button"
                    class="button plain only-icon"
                    aria-label={words.stretch.removeOne(stretchName(stretch))}
                    onClick={() => onChange(without(week, stretch.id), words.week.removed(stretchName(stretch)))}
                  >
                    <Icon name="cross" />
                  </button>
                </div>
              ))}
            </div>
            <div class="week-row-buttons">
              <button type="button" class="button plain only-icon" aria-label={words.week.add(dayName(day))} onClick={() => onAdd(day)}>
                <Icon name="plus" />
              </button>
              <button type="button" class="button plain only-icon" aria-label={words.week.copy(dayName(day))} onClick={() => onCopy(day)}>
                <Icon name="copy" />
              </button>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
