import { useMemo, useRef, useState } from 'preact/hooks';
import { offer } from './design/offer.js';
import { TableHead } from './design/table-head.js';
import { language, t } from './i18n/index.js';
import { stretchAt } from './timeline/lane.js';
import { Readout, Step } from './timeline/readout.js';
import { Stage } from './timeline/stage.js';
import { duration, instant, viewTitle } from './timeline/times.js';
import { including, type View, viewOf } from './timeline/view.js';
import { ViewTools } from './timeline/view-tools.js';
import { type Unit, Zone } from './i18n/zone.js';
import { type Answer, differencesOf, laneOf, sumsOf } from './what-if/asked.js';
import { asCsv } from './what-if/as-csv.js';
import { words as said } from './what-if/words.js';
import { Stretches } from './what-if-stretches.js';

const UNITS: readonly Unit[] = ['day', 'week', 'month'];

interface ResultProps {
  readonly answer: Answer;
  readonly nameOf: (id: string) => string;
}

/** What would have come of it: a sentence, both lanes with the difference marked, and how long each was. */
export function WhatIfResult({ answer, nameOf }: ResultProps) {
  const words = said();
  const zone = useMemo(() => new Zone(answer.timeZone), [answer.timeZone]);
  const [from, to] = [Date.parse(answer.from), Date.parse(answer.to)];
  const whole = { from, to };
  const [view, lookAt] = useState<View>(whole);
  const card = useRef<HTMLElement>(null);
  const marks = useMemo(() => differencesOf(answer), [answer]);
  const [at, setAt] = useState(marks[0]?.from ?? Date.parse(answer.intervals[0]?.from ?? answer.from));
  const lanes = useMemo(() => {
    const why = ({ standing, opening }: Answer['intervals'][number]['was']) => ({
      ...{ eventId: '', actor: { kind: words.supposed, id: '' } },
      type: opening?.label === undefined ? words.why[standing] : `${words.why[standing]} (${opening.label})`,
    });
    return (['was', 'would'] as const).map((id) => ({ id, label: words.lanes[id], stretches: laneOf(answer, id, why) }));
  }, [answer, language.value]);
  const setView = (wished: View): void => {
    if (wished.from < to && wished.to > from) lookAt(wished); // beside the range there is nothing
  };
  const goTo = (wished: number): void => {
    const next = Math.min(to, Math.max(from, wished));
    setAt(next);
    lookAt((seen) => including(seen, next));
  };
  // From the table into the picture: the slider says in words what it stands on, and comes into sight.
  const show = (next: number, seen?: View): void => {
    goTo(next);
    if (seen) setView(seen);
    card.current?.querySelector<HTMLElement>('.stage-slider')?.focus();
  };
  const difference = marks.find((mark) => mark.from > at) ?? marks[0];
  const valueText = [
    instant(at, zone),
    ...lanes.map(({ label, stretches }) => `${label}: ${t().status[stretchAt(stretches, at, to)?.status ?? 'unknown']}`),
    ...(marks.some((mark) => mark.from <= at && at < mark.to) ? [words.differs] : []),
  ].join('. ');
  return (
    <section ref={card} class="card explorer" aria-labelledby="what-if-result" data-differs={answer.differSeconds}>
      <div class="explorer-head">
        <h2 id="what-if-result" tabIndex={-1}>
          {words.result}
        </h2>
        <span class="small quiet numbers">{viewTitle(view, zone)}</span>
      </div>
      <p class="what-if-sentence">{answer.sentence[language.value]}</p>
      {answer.inactive.map((what) => (
        <p key={what} class="note warning">
          {words.inactive[what]}
        </p>
      ))}
      {!answer.settled && <p class="note">{words.notFinal}</p>}
      {answer.intervals.length === 0 ? (
        <p class="note">{words.nothingThere}</p>
      ) : (
        <>
          <div class="explorer-tools">
            <ViewTools {...{ view, zone, at, whole }} units={UNITS} onView={setView} />
          </div>
          <Stage lanes={lanes} marks={marks} view={view} zone={zone} now={to} at={at} valueText={valueText} nameOf={nameOf} onView={setView} onAt={goTo} />
          <ul class="legend">
            <li>
              <span class="mark-key" aria-hidden="true" />
              {words.differs}
            </li>
          </ul>
          {answer.intervalsUntil !== answer.to && <p class="note">{words.cut(instant(Date.parse(answer.intervalsUntil), zone))}</p>}
          <Readout
            {...{ lanes, at, zone, nameOf }}
            now={to}
            onAt={goTo}
            when={<b class="numbers">{instant(at, zone)}</b>}
            more={<Step label={words.nextDifference} to={difference?.from ?? null} onAt={goTo} />}
          />
          <Stretches {...{ answer, zone, at }} onAt={show} onDay={(begins) => show(begins, viewOf('day', begins, zone))} />
        </>
      )}
      <Sums answer={answer} />
      <div class="what-if-actions">
        <button type="button" class="button low" onClick={() => offer(new Blob([asCsv(answer)], { type: 'text/csv' }), words.title, 'csv')}>
          {words.csv}
        </button>
      </div>
      <p class="small quiet">{words.people}</p>
    </section>
  );
}

function Sums({ answer }: { readonly answer: Answer }) {
  const words = said();
  const rows = sumsOf(answer);
  if (rows.length === 0) return null;
  return (
    <div class="what-if-sums" tabIndex={0} role="region" aria-label={words.table}>
      <table>
        <caption class="unseen">{words.table}</caption>
        <TableHead columns={['what', 'was', 'would', 'change']} names={words.columns} />
        <tbody>
          {rows.map(({ row, was, would }) => (
            <tr key={row}>
              <th scope="row">{words.rows[row]}</th>
              <td class="numbers">{was === 0 ? '–' : duration(was)}</td>
              <td class="numbers">{would === 0 ? '–' : duration(would)}</td>
              <td class={`numbers ${was === would ? 'quiet' : would > was ? 'more-time' : 'less-time'}`}>{changeOf(would - was)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {answer.differSeconds > 0 && <p class="small quiet">{words.seenElse(duration(answer.differSeconds * 1_000))}</p>}
    </div>
  );
}

function changeOf(ms: number): string {
  if (ms === 0) return said().sameTime;
  return `${ms > 0 ? '+' : '−'} ${duration(Math.abs(ms))}`;
}
