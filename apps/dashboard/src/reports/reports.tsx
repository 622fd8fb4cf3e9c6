import { useMemo, useState } from 'preact/hooks';
import type { GroupView, SiteView, TenantStatus } from '#contract';
import { SelectField, TextField } from '../design/field.js';
import { offer } from '../design/offer.js';
import { Empty, Page, Shown } from '../design/page.js';
import { refusalText } from '../design/refusals.js';
import { Choice } from '../design/search.js';
import { toast } from '../design/toasts.js';
import { Zone } from '../i18n/zone.js';
import { adminList, adminRead, adminText } from '../session/admin.js';
import { serverNow } from '../session/server-time.js';
import { usePolled } from '../session/use-polled.js';
import type { Whose } from './bars.js';
import { type Dates, datesOf, isTooLong, type Range, type RangeName, RANGES, rangeOf, type Step, STEPS } from './range.js';
import { Report } from './report.js';
import { queryOf, useReport } from './use-report.js';
import { words as said } from './words.js';
import './reports.css';

type People = TenantStatus['agents'];

/** How long boxes were there for visitors, and when nobody was (behaviour D24). */
export function Reports() {
  const words = said();
  const sites = usePolled(() => adminList<SiteView>('/sites', 'sites'), Infinity);
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), Infinity);
  const status = usePolled(() => adminRead<TenantStatus>('/status'), Infinity);
  const ready = groups.value !== null && status.value !== null;
  return (
    <Page title={words.title} intro={words.intro}>
      <Shown of={ready ? sites : { ...sites, value: null }} rows={6}>
        {(known) =>
          known.length === 0 ? (
            <div class="card">
              <Empty title={words.noSite} hint={words.noSiteHint} />
            </div>
          ) : (
            <Questions sites={known} groups={groups.value ?? []} people={status.value?.agents ?? []} />
          )
        }
      </Shown>
    </Page>
  );
}

interface QuestionsProps {
  readonly sites: readonly SiteView[];
  readonly groups: readonly GroupView[];
  readonly people: People;
}

/** Of whom, of when, how fine; then the answer. */
function Questions({ sites, groups, people }: QuestionsProps) {
  const words = said();
  const [siteId, setSiteId] = useState(sites[0]?.id ?? '');
  const [whose, setWhose] = useState('site');
  const [name, setName] = useState<RangeName>('this-week');
  const [by, setBy] = useState<Step>('day');
  const [own, setOwn] = useState<Dates>({ first: '', last: '' });
  const [asked] = useState(serverNow); // the present of when the screen was opened: a report is no clock
  const site = sites.find(({ id }) => id === siteId) ?? sites[0];
  const zone = useMemo(() => new Zone(site?.timeZone ?? 'UTC'), [site?.timeZone]);
  const range = useMemo(() => rangeOf(name, own, zone, asked), [name, own.first, own.last, zone, asked]);
  const pick = (next: RangeName): void => {
    if (next === 'own' && range) setOwn(datesOf({ from: range.from, to: Math.min(range.to, asked) }, zone));
    setName(next);
  };
  const subject = subjectOf(whose, groups, people);
  const title = subject.kind === 'site' ? (site?.name ?? '') : subject.name;
  return (
    <>
      <section class="card report-tools" aria-label={words.range}>
        {sites.length > 1 && (
          <SelectField label={words.site} value={siteId} onInput={setSiteId} options={sites.map(({ id, name: label }) => ({ value: id, label }))} />
        )}
        <Picker value={whose} groups={groups} people={people} onPick={setWhose} />
        <Choice label={words.range} value={name} onChange={pick} options={RANGES.map((value) => ({ value, label: words.ranges[value] }))} />
        {name === 'own' && (
          <div class="report-dates">
            <TextField label={words.from} type="date" value={own.first} onInput={(first) => setOwn({ ...own, first })} />
            <TextField label={words.to} type="date" value={own.last} onInput={(last) => setOwn({ ...own, last })} />
          </div>
        )}
        <Choice label={words.by} value={by} onChange={setBy} options={STEPS.map((value) => ({ value, label: words.steps[value] }))} />
      </section>
      <Answer siteId={siteId} siteName={site?.name ?? ''} subject={subject} name={title} range={range} by={by} zone={zone} now={asked} />
    </>
  );
}

type Subject = Whose & { readonly name: string };

function subjectOf(key: string, groups: readonly GroupView[], people: People): Subject {
  const [kind, id = ''] = key.split('/');
  if (kind === 'group' || kind === 'agent') return { kind, id, name: [...groups, ...people].find((one) => one.id === id)?.name ?? '' };
  return { kind: 'site', id: '', name: '' };
}

function Picker({ value, groups, people, onPick }: { readonly value: string; readonly onPick: (key: string) => void } & Omit<QuestionsProps, 'sites'>) {
  const words = said();
  const sorted = people.toSorted((a, b) => a.name.localeCompare(b.name));
  const part = (kind: 'group' | 'agent', label: string, all: readonly { readonly id: string; readonly name: string }[]) =>
    all.length > 0 && (
      <optgroup label={label}>
        {all.map((one) => (
          <option key={one.id} value={`${kind}/${one.id}`}>
            {one.name}
          </option>
        ))}
      </optgroup>
    );
  return (
    <label class="field">
      {words.of}
      <select value={value} onInput={(event) => onPick(event.currentTarget.value)}>
        <option value="site">{words.whole}</option>
        {part('group', words.groups, groups)}
        {part('agent', words.people, sorted)}
      </select>
    </label>
  );
}

interface AnswerProps {
  readonly siteId: string;
  readonly siteName: string;
  readonly subject: Subject;
  readonly name: string;
  readonly range: Range | null;
  readonly by: Step;
  readonly zone: Zone;
  readonly now: number;
}

function Answer({ range, by, now, ...rest }: AnswerProps) {
  const words = said();
  if (range === null) return <p class="note warning" role="status">{words.wrongRange}</p>;
  if (isTooLong(range, by)) return <p class="note warning" role="status">{words.tooLong}</p>;
  if (range.from >= now) return <p class="note" role="status">{`${words.nothing} ${words.nothingHint}`}</p>;
  return <Asked {...rest} range={range} by={by} />;
}

function Asked({ siteId, siteName, subject, name, range, by, zone }: Omit<AnswerProps, 'now' | 'range'> & { readonly range: Range }) {
  const query = queryOf(siteId, subject, range, by);
  const report = useReport(query);
  return (
    <>
      <Downloads query={query} name={name} />
      <Shown of={report} rows={5}>
        {(value) => <Report report={value} whose={subject} by={by} name={name} siteName={siteName} zone={zone} />}
      </Shown>
    </>
  );
}

function Downloads({ query, name }: { readonly query: string; readonly name: string }) {
  const words = said();
  const download = async (type: string, ending: string): Promise<void> => {
    const answer = await adminText(query, type);
    if (answer.kind === 'ok') offer(new Blob([answer.body.text], { type }), name, ending);
    else toast(refusalText(answer));
  };
  return (
    <div class="report-downloads">
      <button type="button" class="button low" onClick={() => void download('text/csv', 'csv')}>
        {words.download.csv}
      </button>
      <button type="button" class="button low" onClick={() => void download('application/json', 'json')}>
        {words.download.json}
      </button>
    </div>
  );
}
