import { useRef, useState } from 'preact/hooks';
import { Icon } from '../design/icons.js';
import { dateName, dayName, monthName } from './day-names.js';
import { dateAfter, dayState, weeksOf } from './day-state.js';
import type { Draft, HolidayRows } from './draft.js';
import { DAYS } from './week.js';
import { hoursWords } from './words.js';

interface MonthProps {
  readonly draft: Draft;
  readonly rows: HolidayRows;
  /** `YYYY-MM`. */
  readonly month: string;
  readonly today: string;
  readonly onMonth: (by: number) => void;
  readonly onChoose: (date: string) => void;
}

/** A month with what holds on each of its days. Arrows go from day to day, also into other months; Enter opens one. */
export function MonthCalendar({ draft, rows, month, today, onMonth, onChoose }: MonthProps) {
  const words = hoursWords().dates;
  const table = useRef<HTMLTableElement>(null);
  const [active, setActive] = useState(today);
  const current = active.startsWith(month) ? active : today.startsWith(month) ? today : `${month}-01`;

  const move = (event: KeyboardEvent, date: string): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    const months = { PageUp: -1, PageDown: 1 }[event.key];
    if (by === undefined && months === undefined) return;
    event.preventDefault();
    const to = by === undefined ? date : dateAfter(date, by);
    const away = months ?? (to.slice(0, 7) === month ? 0 : to < date ? -1 : 1);
    if (away !== 0) onMonth(away);
    if (by !== undefined) setActive(to);
    // after the month is drawn
    requestAnimationFrame(() => table.current?.querySelector<HTMLElement>('button[tabindex="0"]')?.focus());
  };

  return (
    <div class="month">
      <div class="month-head">
        <button type="button" class="button plain only-icon turned" aria-label={words.previous} onClick={() => onMonth(-1)}>
          <Icon name="chevron" />
        </button>
        <b aria-live="polite">{monthName(month)}</b>
        <button type="button" class="button plain only-icon turned back" aria-label={words.next} onClick={() => onMonth(1)}>
          <Icon name="chevron" />
        </button>
      </div>
      <table ref={table} role="grid" aria-label={monthName(month)}>
        <thead>
          <tr>
            {DAYS.map((name, day) => (
              <th key={name} scope="col" abbr={dayName(day)}>
                {dayName(day, 'short')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((dates, row) => (
            <tr key={row}>
              {dates.map((date, column) => (
                <td key={column} role="gridcell">
                  {date !== null && (
                    <Day
                      {...{ draft, rows, date, today }}
                      reached={date === current}
                      onKeyDown={(event) => move(event, date)}
                      onChoose={() => onChoose(date)}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="month-key small quiet" aria-label={words.key}>
        <li>
          <i class="key open" aria-hidden="true" /> {words.open}
        </li>
        <li>
          <i class="key closed" aria-hidden="true" /> {words.closed}
        </li>
        <li>
          <i class="key holiday" aria-hidden="true" /> {words.holiday}
        </li>
        <li>
          <i class="key exception" aria-hidden="true" /> {words.title}
        </li>
      </ul>
    </div>
  );
}

interface DayProps {
  readonly draft: Draft;
  readonly rows: HolidayRows;
  readonly date: string;
  readonly today: string;
  readonly reached: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onChoose: () => void;
}

function Day({ draft, rows, date, today, reached, onKeyDown, onChoose }: DayProps) {
  const words = hoursWords().dates;
  const state = dayState(draft, rows, date);
  const said = [dateName(date), state.open ? state.times : words.closed, state.kind === 'holiday' ? words.holiday : '', state.label].filter(Boolean).join(', ');
  return (
    <button
      type="button"
      class={`month-day numbers ${state.open ? 'open' : 'closed'} ${state.kind}${date < today ? ' past' : ''}`}
      aria-label={said}
      aria-current={date === today ? 'date' : undefined}
      title={said}
      tabIndex={reached ? 0 : -1}
      data-date={date}
      onKeyDown={onKeyDown}
      onClick={onChoose}
    >
      {Number(date.slice(8))}
    </button>
  );
}
