import type { FunctionComponent } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Availability } from '#contract';
import { Empty } from '../design/page.js';
import { share } from '../i18n/format.js';
import type { Zone } from '../i18n/zone.js';
import type { BarChart } from './bar-chart.js';
import { type Reported, reportedOf, type Whose } from './bars.js';
import { GapList } from './gap-list.js';
import { rangeName, spent } from './numbers.js';
import { NumbersTable } from './numbers-table.js';
import type { Step } from './range.js';
import { words as said } from './words.js';

type Chart = typeof BarChart;
/** Drawing is most of what this screen weighs: it comes when there is something to draw. */
let charts: Promise<Chart> | null = null;

interface ReportProps {
  readonly report: Availability;
  readonly whose: Whose;
  readonly by: Step;
  readonly name: string;
  readonly siteName: string;
  readonly zone: Zone;
}

/** Totals, the picture, the same in numbers, and when nobody was there. */
export function Report({ report, whose, by, name, siteName, zone }: ReportProps) {
  const words = said();
  const reported = useMemo(() => reportedOf(report, whose, by), [report, whose.kind, whose.id, by]);
  const range = { from: Date.parse(report.from), to: Date.parse(report.to) };
  if (reported === null || reported.bars.length === 0 || range.to <= range.from) {
    return (
      <div class="card">
        <Empty title={words.nothing} hint={words.nothingHint} />
      </div>
    );
  }
  const title = rangeName(range, zone);
  return (
    <>
      <Totals reported={reported} />
      <section class="card report-chart" aria-label={title}>
        <header>
          <h2 aria-live="polite">{title}</h2>
          <span class="small quiet">{words.zone(zone.name)}</span>
        </header>
        <Drawn label={words.chart(name, title)} bars={reported.bars} standings={reported.standings} by={by} zone={zone} />
        <ul class="report-legend">
          {reported.standings.map((standing) => (
            <li key={standing}>
              <span class={`report-mark ${standing}`} aria-hidden="true" />
              {words.standing[standing]}
            </li>
          ))}
        </ul>
        <p class="small quiet">
          {words.keys}
          {!report.settled && ` ${words.unsettled}`}
        </p>
      </section>
      {reported.alerts !== null && <GapList report={report} whose={whose} siteName={siteName} zone={zone} />}
      <NumbersTable reported={reported} by={by} zone={zone} name={`${name}, ${title}`} />
    </>
  );
}

function Totals({ reported }: { readonly reported: Reported }) {
  const words = said();
  const { standings, total, alerts } = reported;
  const whole = standings.reduce((sum, standing) => sum + (total[standing] ?? 0), 0);
  return (
    <ul class="report-totals">
      {standings.filter((standing) => standing !== 'closed' || (total[standing] ?? 0) > 0).map((standing) => (
        <li key={standing} class="card" data-total={standing}>
          <span class="small">
            <span class={`report-mark ${standing}`} aria-hidden="true" />
            {words.standing[standing]}
          </span>
          <b class="numbers">{spent(total[standing] ?? 0)}</b>
          <span class="small quiet">
            {[share(total[standing] ?? 0, whole), words.means[standing]].filter(Boolean).join(' · ')}
          </span>
        </li>
      ))}
      {alerts !== null && (
        <li class="card" data-total="alerts">
          <span class="small">{words.alerts}</span>
          <b class="numbers">{alerts}</b>
          <span class="small quiet">{words.alertsMean}</span>
        </li>
      )}
    </ul>
  );
}

function Drawn(props: Parameters<Chart>[0]) {
  const [Shown, setShown] = useState<FunctionComponent<Parameters<Chart>[0]> | null>(null);
  useEffect(() => {
    charts ??= import('./bar-chart.js').then(({ BarChart: chart }) => chart);
    // Without it the numbers are all there, in the table.
    charts.then((chart) => setShown(() => chart), () => (charts = null));
  }, []);
  return Shown === null ? <div class="bar-chart" aria-busy="true" /> : <Shown {...props} />;
}
