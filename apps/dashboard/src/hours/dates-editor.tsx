import { useState } from 'preact/hooks';
import { Icon } from '../design/icons.js';
import { mayChange } from '../session/rights.js';
import { DateDialog } from './date-dialog.js';
import { periodName } from './day-names.js';
import { monthAfter, timesOf } from './day-state.js';
import { type DatedRule, type Draft, type HolidayRows, ruleOn, withDated, withoutDated, withoutPast } from './draft.js';
import { MonthCalendar } from './month-calendar.js';
import { hoursWords } from './words.js';

interface DatesProps {
  readonly draft: Draft;
  readonly rows: HolidayRows;
  /** `YYYY-MM-DD` at the place. */
  readonly today: string;
  /** What is wrong with the rule at this place of the list, in words; null: nothing. */
  readonly faultOf: (index: number) => string | null;
  readonly onChange: (draft: Draft) => void;
}

/** Exceptions: a calendar that shows what holds on each day, and the list of those that people made. */
export function DatesEditor({ draft, rows, today, faultOf, onChange }: DatesProps) {
  const words = hoursWords().dates;
  const [month, setMonth] = useState(today.slice(0, 7));
  const [opened, setOpened] = useState<{ readonly rule: DatedRule | null; readonly date: string } | null>(null);
  const past = draft.dated.filter(({ to }) => to < today).length;
  return (
    <section class="card dates" aria-labelledby="dates-title">
      <header>
        <h2 id="dates-title">{words.title}</h2>
        {mayChange() && (
          <button type="button" class="button low" onClick={() => setOpened({ rule: null, date: today })}>
            <Icon name="plus" />
            {words.add}
          </button>
        )}
      </header>
      <p class="card-intro quiet small">{words.intro}</p>
      <div class="dates-body">
        <MonthCalendar
          draft={draft}
          rows={rows}
          month={month}
          today={today}
          onMonth={(by) => setMonth(monthAfter(month, by))}
          onChoose={(date) => mayChange() && setOpened({ rule: ruleOn(draft.dated, date), date })}
        />
        <div>
          {draft.dated.length === 0 && <p class="quiet dates-none">{words.none}</p>}
          <ul class="dates-list">
            {draft.dated.map((rule, index) => (
              <li key={rule.id}>
                <button type="button" class="date-row" disabled={!mayChange()} onClick={() => setOpened({ rule, date: rule.from })}>
                  <span class="unseen">{words.edit('')}</span>
                  <b class="numbers">{periodName(rule.from, rule.to)}</b>
                  <span class={`tag ${rule.intervals.length === 0 ? 'warning' : 'neutral'}`}>{rule.intervals.length === 0 ? words.closed : timesOf(rule.intervals)}</span>
                  {rule.label !== '' && (
                    <span class="quiet small" dir="auto">
                      {rule.label}
                    </span>
                  )}
                </button>
                {faultOf(index) !== null && <p class="fault">{faultOf(index)}</p>}
              </li>
            ))}
          </ul>
          {past > 0 && mayChange() && (
            <button type="button" class="button plain low" onClick={() => onChange(withoutPast(draft, today))}>
              {words.past(past)}
            </button>
          )}
        </div>
      </div>
      {opened && (
        <DateDialog
          rule={opened.rule}
          date={opened.date}
          onSave={(rule) => {
            onChange(withDated(draft, rule));
            setMonth(rule.from.slice(0, 7));
            setOpened(null);
          }}
          onRemove={() => {
            if (opened.rule) onChange(withoutDated(draft, opened.rule.id));
            setOpened(null);
          }}
          onClose={() => setOpened(null)}
        />
      )}
    </section>
  );
}
