import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Mark } from '../design/status.js';
import { share } from '../i18n/format.js';
import { t } from '../i18n/index.js';
import { linkTo } from '../router.js';
import { actorOf, causeOf } from './cause.js';
import { ChangesTable } from './changes-table.js';
import type { ChartLane } from './chart.js';
import { firstView, wholeLife } from './first-view.js';
import { stretchAt, totalsOf } from './lane.js';
import { Moment } from './moment.js';
import { Readout } from './readout.js';
import { Stage } from './stage.js';
import { keyOf, type Subject } from './subject.js';
import { duration, fromField, instant, shortTime, toField, viewTitle } from './times.js';
import { useBirth } from './use-birth.js';
import { useGaps } from './use-gaps.js';
import { type Lane, useHistory } from './use-history.js';
import { including, type View, viewOf } from './view.js';
import { ViewTools } from './view-tools.js';
import { words as said } from './words.js';
import { type Unit, Zone } from '../i18n/zone.js';

const UNITS: readonly Unit[] = ['day', 'week', 'month', 'year'];
const STATUSES = ['online', 'busy', 'offline'] as const;

interface ExplorerProps {
  readonly subject: Subject;
  readonly now: number;
  /** null: the present. */
  readonly at: number | null;
  readonly onAt: (at: number | null) => void;
  readonly nameOf: (id: string) => string;
  readonly picker: VNode;
}

/** The tools, the picture, what the line stands on, and the page of that instant. */
export function Explorer({ subject, now, at, onAt, nameOf, picker }: ExplorerProps) {
  const words = said();
  const statuses = t().status;
  const zone = useMemo(() => new Zone(subject.timeZone), [subject.timeZone]);
  const [view, lookAt] = useState<View>(() => viewOf('day', at ?? now, zone));
  const looked = useRef(at !== null); // somebody has chosen what is seen
  const setView = (next: View | ((seen: View) => View)): void => {
    looked.current = true;
    lookAt(next);
  };
  const born = useBirth(subject);
  useEffect(() => {
    const young = born === null || looked.current ? null : firstView(born, now);
    if (young !== null) lookAt(young);
  }, [born]);
  const gaps = useGaps(subject, view, now);
  const actual = useHistory(subject, 'actual', view);
  const shown = useHistory(subject, 'shown', view);
  const names = subject.kind === 'agent' ? words.agentLanes : words.lanes;
  const lanes: readonly ChartLane[] = [
    { id: 'actual', label: names.actual, stretches: actual.stretches },
    { id: 'shown', label: names.shown, stretches: shown.stretches },
  ];
  const instantShown = at ?? now;
  const totals = useMemo(() => totalsOf(actual.stretches, view, now), [actual.stretches, view, now]);
  const known = STATUSES.reduce((sum, status) => sum + totals[status], 0);
  const goTo = (wished: number | null): void => {
    if (wished === null) return;
    const next = wished >= now ? null : wished;
    onAt(next);
    lookAt((seen) => including(seen, next ?? now));
  };
  const inGap = gaps.some(({ from, to }) => instantShown >= from && instantShown <= to);
  const valueText = [
    instant(instantShown, zone),
    ...(inGap ? [words.inGap] : []),
    ...lanes.map(({ label, stretches }) => {
      const one = stretchAt(stretches, instantShown, now);
      return `${label}: ${one ? `${statuses[one.status]}, ${words.since(shortTime(one.from, now, zone))}, ${causeOf(one)}, ${words.by(actorOf(one, nameOf))}` : words.nothingKnown}`;
    }),
  ].join('. ');

  return (
    <>
      <section class="card explorer" aria-label={words.title}>
        <div class="explorer-tools">
          {picker}
          <ViewTools {...{ view, zone }} at={instantShown} units={UNITS} whole={born === null ? null : wholeLife(born, now)} onView={setView} />
        </div>
        <div class="explorer-head">
          <h2 aria-live="polite">{viewTitle(view, zone)}</h2>
          {subject.kind !== 'agent' && <a href={linkTo('what-if', ...keyOf(subject).split('/'))}>{words.whatIf}</a>}
          <span class="small quiet">{words.zone(zone.name)}</span>
        </div>
        <Fault lane={actual.fault === null ? shown : actual} />
        <Stage {...{ lanes, gaps, view, zone, now, valueText, nameOf }} at={instantShown} onView={setView} onAt={goTo} />
        <ul class="legend">
          {STATUSES.map((status) => (
            <li key={status}>
              <Mark status={status} />
              {statuses[status]}
              <span class="quiet numbers">
                {totals[status] > 0 ? duration(totals[status]) : '–'}
                {totals[status] > 0 && ` · ${share(totals[status], known)}`}
              </span>
            </li>
          ))}
          {gaps.length > 0 && (
            <li>
              <span class="gap-mark" aria-hidden="true" />
              {words.gaps(gaps.length)}
            </li>
          )}
          {(actual.loading || shown.loading) && (
            <li class="quiet" role="status">
              {words.notOver}
            </li>
          )}
        </ul>
        <Cut lane={actual} view={view} zone={zone} />
        <Readout
          {...{ lanes, now, zone, nameOf }}
          at={instantShown}
          onAt={goTo}
          when={
            <div class="readout-time">
              <label class="field">
                <span class="unseen">{words.pick}</span>
                <input type="datetime-local" value={toField(instantShown, zone)} max={toField(now, zone)} onChange={(event) => goTo(fromField(event.currentTarget.value, zone))} />
              </label>
              <button type="button" class="button low" aria-pressed={at === null} onClick={() => goTo(now)}>
                {words.now}
              </button>
              {inGap && <span class="tag warning">{words.inGap}</span>}
            </div>
          }
        />
        <p class="small quiet explorer-keys">{words.keys}</p>
      </section>
      <Moment subject={subject} at={at} now={now} zone={zone} />
      <ChangesTable lanes={lanes} name={subject.name} view={view} zone={zone} nameOf={nameOf} onAt={goTo} />
    </>
  );
}

function Fault({ lane }: { readonly lane: Lane }) {
  const words = said();
  if (lane.fault === null) return null;
  return (
    <p class="note warning" role="status">
      {words.refusals[lane.refusal?.code ?? ''] ?? words.notLoaded}
    </p>
  );
}

function Cut({ lane, view, zone }: { readonly lane: Lane; readonly view: View; readonly zone: Zone }) {
  if (lane.loading || lane.fault !== null || lane.until >= view.to) return null;
  return <p class="note">{said().cut(instant(lane.until, zone))}</p>;
}
