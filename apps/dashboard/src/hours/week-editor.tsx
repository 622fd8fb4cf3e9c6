import { useState } from 'preact/hooks';
import { keep, kept } from '../design/kept.js';
import { mayChange } from '../session/rights.js';
import { CopyDayDialog } from './copy-day-dialog.js';
import { hoursOfMinutes } from './day-names.js';
import { StretchDialog } from './stretch-dialog.js';
import { useMedia } from './use-media.js';
import { freePlace, openMinutes, type Week, withDayCopied, withStretch } from './week.js';
import { stretchName, WeekGrid } from './week-grid.js';
import { WeekList } from './week-list.js';
import { hoursWords } from './words.js';

interface EditorProps {
  readonly week: Week;
  readonly now: { readonly day: number; readonly minute: number } | null;
  /** What the service or the rules say about the week; null: nothing. */
  readonly fault: string | null;
  readonly onChange: (week: Week) => void;
  /** Also for those who may not change anything: it is only supposed. */
  readonly free?: boolean;
}

/** The hours of every week, as a calendar or as a list. */
export function WeekEditor({ week, now, fault, onChange, free = false }: EditorProps) {
  const words = hoursWords().week;
  const narrow = useMedia('(max-width: 46rem)');
  const [wish, setWish] = useState(kept('week-view'));
  const [opened, setOpened] = useState<string | null>(null);
  const [copied, setCopied] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const asList = narrow || wish === 'list';
  const look = (view: 'grid' | 'list'): void => {
    setWish(view);
    keep('week-view', view);
  };
  const change = (after: Week, what: string): void => {
    onChange(after);
    setSaid(what);
  };
  const add = (day: number): void => {
    const place = freePlace(week, day);
    if (!place) return setSaid(words.full);
    const { week: after, id } = withStretch(week, { day, ...place });
    change(after, stretchName(after.find((one) => one.id === id) ?? { id, day, ...place }));
    // Where it came about, so that it can be typed over, or moved by keys.
    requestAnimationFrame(() => {
      const row = document.querySelector<HTMLElement>(`[data-stretch="${id}"]`) ?? [...document.querySelectorAll<HTMLElement>(`.week-row:nth-child(${day + 1}) .interval`)].at(-1)?.querySelector('input');
      row?.focus();
    });
  };
  return (
    <section class="card week" aria-labelledby="week-title">
      <header>
        <h2 id="week-title">{words.title}</h2>
        <span class="small quiet numbers">{words.total(hoursOfMinutes(openMinutes(week)))}</span>
        {!narrow && (
          <div class="segments" role="group" aria-label={words.view}>
            <button type="button" aria-pressed={!asList} onClick={() => look('grid')}>
              {words.grid}
            </button>
            <button type="button" aria-pressed={asList} onClick={() => look('list')}>
              {words.list}
            </button>
          </div>
        )}
      </header>
      {fault !== null && (
        <p class="note error week-fault" role="alert">
          {fault}
        </p>
      )}
      <fieldset disabled={!free && !mayChange()}>
        {asList ? (
          <WeekList week={week} today={now?.day ?? null} onChange={change} onAdd={add} onCopy={setCopied} />
        ) : (
          <WeekGrid week={week} now={now} onChange={change} onOpen={setOpened} onAdd={add} onCopy={setCopied} />
        )}
      </fieldset>
      {!asList && (
        <p id="week-help" class="small quiet week-help">
          {words.help}
        </p>
      )}
      <p class="unseen" role="status" aria-live="polite">
        {said}
      </p>
      {opened !== null && (
        <StretchDialog
          week={week}
          id={opened}
          onChange={(after) => change(after, '')}
          onCopy={(day) => {
            setOpened(null);
            setCopied(day);
          }}
          onClose={() => setOpened(null)}
        />
      )}
      {copied !== null && <CopyDayDialog from={copied} onCopy={(to) => onChange(withDayCopied(week, copied, to))} onClose={() => setCopied(null)} />}
    </section>
  );
}
