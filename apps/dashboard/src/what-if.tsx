import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Field, TextField } from './design/field.js';
import { Empty, Page, Shown } from './design/page.js';
import { refusalText } from './design/refusals.js';
import { Choice } from './design/search.js';
import { toast } from './design/toasts.js';
import { bodyOf, type Draft, draftOf, OFFICE_HOURS, sameDraft } from './hours/draft.js';
import { edited, editsOf, keepEdits } from './hours/edits.js';
import { faultsOf } from './hours/fault-words.js';
import type { Fault } from './hours/judge.js';
import { type Places, usePlaces } from './hours/use-hours.js';
import { WeekEditor } from './hours/week-editor.js';
import { currentPlace, goTo, linkTo } from './router.js';
import { mayChange } from './session/rights.js';
import { serverNow } from './session/server-time.js';
import { keyOf, type Subject, subjectsOf } from './timeline/subject.js';
import { toField } from './timeline/times.js';
import { Zone } from './i18n/zone.js';
import { type Answer, type RangeDays, RANGES } from './what-if/asked.js';
import { type SupposedGroups, SupposedPeople } from './what-if/people.js';
import { type SupposedSwitches, Switches } from './what-if/switches.js';
import { useComparison } from './what-if/use-comparison.js';
import { words as said } from './what-if/words.js';
import { WhatIfResult } from './what-if-result.js';
import './hours/hours.css';
import './hours/week.css';
import './timeline/timeline.css';
import './what-if/what-if.css';

const WHAT = ['hours', 'people', 'switches'] as const;

/** The same days with other hours or groups: `#/what-if/site/<id>`, `#/what-if/group/<site>/<id>`. It puts together what hours and timeline have. */
export function WhatIf() {
  const words = said();
  const places = usePlaces();
  const [key, setKey] = useState(() => currentPlace().slice(1).join('/'));
  useEffect(() => {
    if (key !== '') history.replaceState(null, '', linkTo('what-if', ...key.split('/')));
  }, [key]);
  return (
    <Page title={words.title} intro={words.intro}>
      <Shown of={places} rows={8}>
        {(value) => {
          const subjects = subjectsOf(value.sites, value.groups, []);
          const subject = subjects.find((one) => keyOf(one) === key) ?? subjects[0];
          if (!subject) return <NoSites />;
          return <Question key={keyOf(subject)} places={value} subject={subject} subjects={subjects} onPick={setKey} />;
        }}
      </Shown>
    </Page>
  );
}

function NoSites() {
  return (
    <div class="card">
      <Empty title={said().noSite} hint={said().noSiteHint} />
    </div>
  );
}

interface QuestionProps {
  readonly places: Places;
  readonly subject: Subject;
  readonly subjects: readonly Subject[];
  readonly onPick: (key: string) => void;
}

function Question({ places, subject, subjects, onPick }: QuestionProps) {
  const words = said();
  const zone = useMemo(() => new Zone(subject.timeZone), [subject.timeZone]);
  const view = places.hours.get(subject.id) ?? null;
  const saved = useMemo(() => (view === null ? null : draftOf(view)), [view]);
  const [draft, setDraft] = useState<Draft | null>(() => editsOf(subject.id, saved).present);
  const [what, setWhat] = useState<(typeof WHAT)[number]>('hours');
  const [people, setPeople] = useState<SupposedGroups>(new Map());
  const [switches, setSwitches] = useState<SupposedSwitches>({});
  const [[from, to], setRange] = useState(() => daysBack('28', zone));
  const { share, ask, stop } = useComparison();
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [answer, setAnswer] = useState<{ readonly body: Answer; readonly count: number } | null>(null);
  const result = useRef<HTMLDivElement>(null);
  const names = useMemo(() => new Map([...places.status.agents, ...places.groups].map(({ id, name }) => [id, name])), [places]);
  const begins = midnightOf(from, zone);
  const ends = midnightOf(to, zone, 1);
  const outOfOrder = !(begins < ends && begins < serverNow());
  const ready = !outOfOrder && (what === 'hours' || (what === 'people' ? people.size : Object.keys(switches).length) > 0);

  useEffect(() => {
    result.current?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
    result.current?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  }, [answer?.count]);

  const compare = async (): Promise<void> => {
    if (share !== null || !ready) return;
    setFaults([]);
    const body = bodyFor(subject, [begins, ends], what === 'hours' ? { draft } : what === 'people' ? { people } : { switches });
    const asked = await ask(body);
    if (asked === null) return; // it was stopped
    if (asked.kind === 'ok') return setAnswer({ body: asked.body, count: (answer?.count ?? 0) + 1 });
    if (asked.kind !== 'refused' || asked.refusal.errors.length === 0) return toast(asked.kind === 'refused' ? refusalText(asked) : words.failed);
    setFaults(asked.refusal.errors.map(({ pointer, detail }) => ({ pointer: pointer.replace(/^\/suppose\/(hours|groupHours)/, ''), detail })));
  };
  const halt = (): void => {
    stop();
    toast(words.stopped);
  };
  const intoEditor = (): void => {
    keepEdits(subject.id, edited(editsOf(subject.id, saved), draft));
    goTo('hours', subject.kind, subject.id);
  };
  const placed = faultsOf(faults);
  return (
    <>
      <section class="card what-if-form" aria-label={words.title}>
        <div class="what-if-range">
          <div class="field wide">
            <Field label={words.box}>
              {(tied) => (
                <select {...tied} value={keyOf(subject)} onInput={(event) => onPick(event.currentTarget.value)}>
                  {subjects.map((one) => (
                    <option key={keyOf(one)} value={keyOf(one)}>
                      {one.name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <TextField label={words.from} type="date" value={from} onInput={(value) => setRange([value, to])} fault={outOfOrder ? words.order : null} />
          <TextField label={words.to} type="date" value={to} onInput={(value) => setRange([from, value])} />
          <Choice
            label={words.range}
            value={rangeOf([from, to], zone)}
            onChange={(days) => setRange(daysBack(days, zone))}
            options={RANGES.map((value) => ({ value, label: words.days[value] }))}
          />
        </div>
        <Choice label={words.supposing} value={what} onChange={setWhat} options={WHAT.map((value) => ({ value, label: words.what[value] }))} />
        {what === 'switches' && <Switches ofGroup={subject.kind === 'group'} supposed={switches} onChange={setSwitches} />}
        {what === 'people' && <SupposedPeople agents={places.status.agents} groups={places.groups} supposed={people} onChange={setPeople} />}
        {what === 'hours' && (
          <div class="what-if-supposed">
            {draft === null ? (
              <p>{words.noHours}</p>
            ) : (
              <WeekEditor free week={draft.week} now={null} fault={placed.week} onChange={(week) => setDraft({ ...draft, week })} />
            )}
            {draft !== null && (draft.dated.length > 0 || draft.holidays !== null) && <p class="small quiet">{words.dates}</p>}
            <div class="what-if-actions">
              {draft === null && (
                <button type="button" class="button low" onClick={() => setDraft(OFFICE_HOURS)}>
                  {words.office}
                </button>
              )}
              {draft !== null && (
                <button type="button" class="button low" onClick={() => setDraft(null)}>
                  {words.without}
                </button>
              )}
              {isOther(draft, saved) && (
                <button type="button" class="button low" onClick={() => setDraft(saved)}>
                  {words.asTheyAre}
                </button>
              )}
              {mayChange() && isOther(draft, saved) && (
                <button type="button" class="button low" onClick={intoEditor}>
                  {words.toEditor}
                </button>
              )}
            </div>
          </div>
        )}
        {placed.others.length + (placed.zone === null ? 0 : 1) > 0 && (
          <p class="note error" role="alert">
            {[...placed.others.map(({ pointer, detail }) => `${pointer} ${detail}`), ...(placed.zone === null ? [] : [placed.zone])].join('; ')}
          </p>
        )}
        <div class="what-if-actions">
          <button type="button" class="button primary" disabled={!ready} aria-disabled={share !== null} onClick={() => void compare()}>
            {share === null ? words.compare : words.comparing}
          </button>
          {share !== null && share > 0 && <HowFar share={share} onStop={halt} />}
        </div>
      </section>
      <div ref={result} aria-live="polite">
        {answer !== null && <WhatIfResult key={answer.count} answer={answer.body} nameOf={(id) => names.get(id) ?? ''} />}
      </div>
    </>
  );
}

/** A long range takes a while: how much of it is compared. */
function HowFar({ share, onStop }: { readonly share: number; readonly onStop: () => void }) {
  const words = said();
  const percent = Math.floor(share * 100);
  return (
    <div class="what-if-progress">
      <progress aria-label={words.comparing} max={100} value={percent} />
      <span class="small numbers">{percent} %</span>
      <button type="button" class="button low" onClick={onStop}>
        {words.stop}
      </button>
    </div>
  );
}

type Supposed = { readonly draft: Draft | null } | { readonly people: SupposedGroups } | { readonly switches: SupposedSwitches };

function bodyFor(subject: Subject, [from, to]: readonly [number, number], supposed: Supposed) {
  const group = subject.kind === 'group';
  const hours = 'draft' in supposed ? (supposed.draft && bodyOf(supposed.draft)) : null;
  const ofHours = group ? { groupHours: hours } : { hours };
  const ofPeople = 'people' in supposed ? { agentGroups: [...supposed.people].map(([agentId, groupIds]) => ({ agentId, groupIds })) } : ofHours;
  const suppose = 'switches' in supposed ? supposed.switches : ofPeople;
  return { siteId: subject.siteId, ...(group ? { groupId: subject.id } : {}), from: new Date(from).toISOString(), to: new Date(to).toISOString(), suppose };
}

/** Whole days that are over, today's among them so far: first and last, `YYYY-MM-DD`. */
function daysBack(days: RangeDays, zone: Zone): readonly [string, string] {
  const today = serverNow();
  return [dateOf(zone.next('day', today, 1 - Number(days)), zone), dateOf(today, zone)];
}

function rangeOf([from, to]: readonly [string, string], zone: Zone): RangeDays {
  return RANGES.find((days) => String(daysBack(days, zone)) === `${from},${to}`) ?? ('' as RangeDays);
}

function dateOf(at: number, zone: Zone): string {
  return toField(at, zone).slice(0, 10);
}

/** The beginning of a date, or of one so many days later; NaN: it is none. */
function midnightOf(date: string, zone: Zone, later = 0): number {
  const [year = Number.NaN, month = 1, day = 1] = date.split('-').map(Number);
  return Number.isFinite(year) ? zone.midnight(year, month, day + later) : Number.NaN;
}

function isOther(draft: Draft | null, saved: Draft | null): boolean {
  return draft === null || saved === null ? draft !== saved : !sameDraft(draft, saved);
}
