import { useEffect, useMemo, useState } from 'preact/hooks';
import type { GroupView, SiteView, TenantStatus } from '#contract';
import { Empty, Page, Shown } from '../design/page.js';
import { currentPlace, linkTo } from '../router.js';
import { adminList, adminRead } from '../session/admin.js';
import { now as ticking, serverNow } from '../session/server-time.js';
import { usePolled } from '../session/use-polled.js';
import { Explorer } from './explorer.js';
import { keyOf, type Subject, subjectsOf } from './subject.js';
import { words as said } from './words.js';
import './timeline.css';

/** What boxes showed at any instant: pick whose, drag the line, and the page below is of that instant (behaviour D25). */
export function Timeline() {
  const words = said();
  const sites = usePolled(() => adminList<SiteView>('/sites', 'sites'), Infinity);
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), Infinity);
  const status = usePolled(() => adminRead<TenantStatus>('/status'), Infinity);
  const [asked] = useState(placeAsked);
  const [key, setKey] = useState(asked.key);
  const [at, setAt] = useState<number | null>(asked.at);
  const agents = status.value?.agents;
  const subjects = useMemo(() => subjectsOf(sites.value ?? [], groups.value ?? [], agents ?? []), [sites.value, groups.value, agents]);
  const subject = subjects.find((one) => keyOf(one) === key) ?? subjects[0];
  const names = useMemo(() => new Map([...(agents ?? []), ...(groups.value ?? [])].map(({ id, name }) => [id, name])), [agents, groups.value]);

  // The address can be sent to somebody: it names whose, and the instant. Going back does not go through each instant.
  useEffect(() => {
    if (subject === undefined) return undefined;
    const timer = setTimeout(() => history.replaceState(null, '', linkTo('timeline', ...keyOf(subject).split('/'), ...(at === null ? [] : [new Date(at).toISOString()]))), 300);
    return () => clearTimeout(timer);
  }, [subject && keyOf(subject), at]);

  void ticking.value; // every second: the present goes on
  const ready = groups.value !== null && agents !== undefined;
  return (
    <Page title={words.title} intro={words.intro}>
      <Shown of={ready ? sites : { ...sites, value: null }} rows={6}>
        {() =>
          subject === undefined || subject.siteId === '' ? (
            <div class="card">
              <Empty title={words.noSite} hint={words.noSiteHint} />
            </div>
          ) : (
            <Explorer
              subject={subject}
              now={Math.floor(serverNow() / 1_000) * 1_000}
              at={at}
              onAt={setAt}
              nameOf={(id) => names.get(id) ?? ''}
              picker={<Picker subjects={subjects} subject={subject} onPick={setKey} />}
            />
          )
        }
      </Shown>
    </Page>
  );
}

function Picker({ subjects, subject, onPick }: { readonly subjects: readonly Subject[]; readonly subject: Subject; readonly onPick: (key: string) => void }) {
  const words = said();
  const kinds = [['site', words.sites], ['group', words.groups], ['agent', words.people]] as const;
  return (
    <label class="field picker">
      <span class="unseen">{words.of}</span>
      <select value={keyOf(subject)} onInput={(event) => onPick(event.currentTarget.value)}>
        {kinds.map(([kind, label]) => (
          <optgroup key={kind} label={label}>
            {subjects
              .filter((one) => one.kind === kind)
              .map((one) => (
                <option key={keyOf(one)} value={keyOf(one)}>
                  {one.name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

/** What the address asks for: `#/timeline/group/<site>/<group>/<RFC 3339>`. */
function placeAsked(): { readonly key: string; readonly at: number | null } {
  const parts = currentPlace().slice(1);
  const last = parts.at(-1) ?? '';
  const at = /^\d{4}-\d\d-\d\dT/.test(last) ? Date.parse(last) : Number.NaN;
  return { key: (Number.isNaN(at) ? parts : parts.slice(0, -1)).join('/'), at: Number.isNaN(at) || at >= serverNow() ? null : at };
}
