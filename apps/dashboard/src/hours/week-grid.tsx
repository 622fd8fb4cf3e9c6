import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../design/icons.js';
import { dayName } from './day-names.js';
import { wishOfKey } from './grid-keys.js';
import { useDrag } from './use-drag.js';
import { DAY_MINUTES, writeTime } from './wall-time.js';
import { DAYS, firstOpening, type Piece, piecesOn, type Stretch, type Week, without } from './week.js';
import { hoursWords } from './words.js';

/** Where a week without hours begins, and what is seen before the first opening; minutes. */
const MORNING = 7 * 60;
const LEAD = 30;
const HOURS = [3, 6, 9, 12, 15, 18, 21];

interface GridProps {
  readonly week: Week;
  /** Where the wall clock of the place is now. */
  readonly now: { readonly day: number; readonly minute: number } | null;
  readonly onChange: (week: Week, said: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onAdd: (day: number) => void;
  readonly onCopy: (day: number) => void;
}

/** `Monday 08:00 to 17:00`. */
export function stretchName({ day, opens, closes }: Stretch): string {
  const words = hoursWords().week;
  const name = words.block(dayName(day), writeTime(opens), writeTime(closes));
  return closes > DAY_MINUTES ? `${name} (${words.overnight})` : name;
}

/** The week as a calendar: drawn with the pointer, or by keys on its blocks. */
export function WeekGrid({ week, now, onChange, onOpen, onAdd, onCopy }: GridProps) {
  const words = hoursWords().week;
  const columns = useRef<HTMLDivElement>(null);
  const focusOn = useRef<string | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const give = (after: Week, id: string): void => {
    focusOn.current = id;
    const stretch = after.find((one) => one.id === id);
    onChange(after, stretch ? stretchName(stretch) : '');
  };
  const drag = useDrag(columns, week, give);
  const shown = drag.preview?.week ?? week;

  // A day begins with the work, not at midnight; nights are above.
  useLayoutEffect(() => {
    if (!grid.current || !columns.current) return;
    grid.current.scrollTop = Math.max(0, (firstOpening(week) ?? MORNING) - LEAD) * (columns.current.offsetHeight / DAY_MINUTES);
  }, []);

  // A block that changes its day is drawn anew in another column: the focus goes with it.
  useEffect(() => {
    const { current: id } = focusOn;
    focusOn.current = null;
    if (id !== null) columns.current?.querySelector<HTMLElement>(`[data-stretch="${id}"]`)?.focus();
  });

  const onKeyDown = (event: KeyboardEvent, stretch: Stretch): void => {
    const wish = wishOfKey(event, week, stretch);
    if (wish === null) return;
    event.preventDefault();
    if (wish === 'open') return onOpen(stretch.id);
    if (wish !== 'remove') return give(wish.week, stretch.id);
    const column = (event.currentTarget as HTMLElement).closest('.week-day');
    onChange(without(week, stretch.id), words.removed(stretchName(stretch)));
    column?.querySelector<HTMLElement>('.week-add')?.focus();
  };

  return (
    <div class="week-grid" ref={grid}>
      <div class="week-heads" aria-hidden="true">
        <span />
        {DAYS.map((name, day) => (
          <span key={name} class={now?.day === day ? 'today' : ''}>
            {dayName(day, 'short')}
          </span>
        ))}
      </div>
      <div class="week-body">
        <div class="week-axis numbers" aria-hidden="true">
          {HOURS.map((hour) => (
            <span key={hour} style={{ top: `${(hour / 24) * 100}%` }}>
              {writeTime(hour * 60)}
            </span>
          ))}
        </div>
        <div
          ref={columns}
          class={`week-columns${drag.preview ? ' dragging' : ''}`}
          onPointerMove={drag.move}
          onPointerUp={(event) => {
            const clicked = drag.release(event);
            if (clicked && clicked.kind !== 'draw') onOpen(clicked.id);
          }}
          onPointerCancel={drag.cancel}
        >
          {DAYS.map((name, day) => (
            <section key={name} class="week-day" data-day={name} aria-label={dayName(day)} onPointerDown={(event) => drag.begin(event, { kind: 'draw' })}>
              {piecesOn(shown, day).map((piece) => (
                <Block
                  key={`${piece.stretch.id}${piece.tail ? '-tail' : ''}`}
                  piece={piece}
                  held={drag.preview?.id === piece.stretch.id}
                  onKeyDown={(event) => onKeyDown(event, piece.stretch)}
                  onOpen={() => onOpen(piece.stretch.id)}
                  onHold={drag.begin}
                />
              ))}
              {now?.day === day && <span class="week-now" style={{ top: percent(now.minute) }} aria-hidden="true" />}
              <DayButtons day={day} onAdd={onAdd} onCopy={onCopy} />
            </section>
          ))}
        </div>
      </div>
    </div>
  );
}

const percent = (minutes: number): string => `${(minutes / DAY_MINUTES) * 100}%`;

interface BlockProps {
  readonly piece: Piece;
  readonly held: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onOpen: () => void;
  readonly onHold: ReturnType<typeof useDrag>['begin'];
}

function Block({ piece, held, onKeyDown, onOpen, onHold }: BlockProps) {
  const { stretch, from, to, tail } = piece;
  const { id, opens, closes } = stretch;
  const place = { top: percent(from), height: percent(to - from) };
  const times = `${writeTime(opens)}–${writeTime(closes)}`;
  const inside = (
    <>
      {!tail && <span class="block-edge at-start" onPointerDown={(event) => onHold(event, { kind: 'start', id })} />}
      <span class="block-times numbers">{tail ? writeTime(closes) : times}</span>
      {(tail || closes <= DAY_MINUTES) && <span class="block-edge at-end" onPointerDown={(event) => onHold(event, { kind: 'end', id })} />}
    </>
  );
  const className = `block${tail ? ' tail' : ''}${closes > DAY_MINUTES ? ' night' : ''}${held ? ' held' : ''}${to - from < 75 ? ' short' : ''}`;
  const hold = (event: PointerEvent): void => onHold(event, { kind: 'move', id });
  // What goes on after midnight is drawn once more, but is one thing to keys and screen readers.
  if (tail) {
    return (
      <div class={className} style={place} aria-hidden="true" onPointerDown={hold}>
        {inside}
      </div>
    );
  }
  return (
    <button
      type="button"
      class={className}
      style={place}
      data-stretch={id}
      aria-label={stretchName(stretch)}
      aria-describedby="week-help"
      onPointerDown={hold}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        if (event.detail === 0) onOpen(); // a screen reader's click; the pointer's own is told by the grid
      }}
    >
      {inside}
    </button>
  );
}

function DayButtons({ day, onAdd, onCopy }: { readonly day: number; readonly onAdd: (day: number) => void; readonly onCopy: (day: number) => void }) {
  const words = hoursWords().week;
  const keep = (event: PointerEvent): void => event.stopPropagation();
  return (
    <span class="week-buttons" onPointerDown={keep} onPointerUp={keep}>
      <button type="button" class="week-add" aria-label={words.add(dayName(day))} title={words.add(dayName(day))} onClick={() => onAdd(day)}>
        <Icon name="plus" />
      </button>
      <button type="button" aria-label={words.copy(dayName(day))} title={words.copy(dayName(day))} onClick={() => onCopy(day)}>
        <Icon name="copy" />
      </button>
    </span>
  );
}
