import { useState } from 'preact/hooks';
import type { SiteStatus } from '#contract';
import { SelectField, TextField } from '../design/field.js';
import { StatusPill } from '../design/status.js';
import { language, t } from '../i18n/index.js';
import { adminRead } from '../session/admin.js';
import { serverNow } from '../session/server-time.js';
import { zonedTime } from './day-names.js';
import { dateAfter } from './day-state.js';
import type { Editing } from './use-editing.js';
import type { Owner } from './judge.js';
import { TimeField } from './time-field.js';
import { type Places, useJudge } from './use-hours.js';
import { hoursWords } from './words.js';

interface AskProps {
  readonly places: Places;
  readonly owner: Owner;
  readonly editing: Editing;
  /** `YYYY-MM-DD` at the place. */
  readonly today: string;
}

type Answer = { readonly kind: 'shown'; readonly status: SiteStatus; readonly draft: boolean | null } | { readonly kind: 'past' | 'failed' };

/** "What does a visitor see on 24 Dec at 12:01?": the service's own simulator, and what the unsaved draft would change. */
export function AskVisitor({ places, owner, editing, today }: AskProps) {
  const words = hoursWords().ask;
  const judge = useJudge();
  const [date, setDate] = useState(dateAfter(today, 1));
  const [minutes, setMinutes] = useState(12 * 60 + 1);
  const [siteId, setSiteId] = useState(owner.kind === 'site' ? owner.id : (places.sites[0]?.id ?? ''));
  const [groupId, setGroupId] = useState(owner.kind === 'group' ? owner.id : '');
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const site = places.sites.find(({ id }) => id === siteId);
  const zone = places.hours.get(groupId)?.timeZone ?? places.hours.get(siteId)?.timeZone ?? site?.timeZone ?? 'UTC';

  const look = async (): Promise<void> => {
    if (!judge || busy || date === '') return;
    setBusy(true);
    const at = judge.instantAt(zone, date, minutes);
    const query = `at=${encodeURIComponent(new Date(at).toISOString())}${groupId === '' ? '' : `&group=${encodeURIComponent(groupId)}`}`;
    const told = await adminRead<SiteStatus>(`/sites/${encodeURIComponent(siteId)}/status?${query}`);
    setBusy(false);
    if (told.kind === 'ok') setAnswer({ kind: 'shown', status: told.body, draft: editing.dirty ? openByDraft(at) : null });
    else setAnswer({ kind: told.kind === 'refused' && at <= serverNow() ? 'past' : 'failed' });
  };
  /** Whether the draft's hours are open then; null where they are none, or faulty, or not those that are asked about. */
  const openByDraft = (at: number): boolean | null => {
    const asksForOwner = owner.kind === 'group' ? groupId === owner.id : siteId === owner.id && groupId === '';
    if (!judge || !asksForOwner || !site) return null;
    return judge.opensAt(editing.draft, editing.rows, places.hours.get(siteId) ?? null, owner, site.timeZone, at);
  };
  return (
    <section class="card ask" aria-labelledby="ask-title">
      <header>
        <h2 id="ask-title">{words.title}</h2>
      </header>
      <p class="card-intro quiet small">{words.intro}</p>
      <form
        class="card-fields form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <div class="ask-when">
          <TextField type="date" label={words.date} value={date} onInput={setDate} />
          <TimeField shown label={words.time} minutes={minutes} onChange={setMinutes} />
        </div>
        {places.sites.length > 1 && owner.kind === 'group' && (
          <SelectField label={words.site} value={siteId} options={places.sites.map(({ id, name }) => ({ value: id, label: name }))} onInput={setSiteId} />
        )}
        {places.groups.length > 0 && (
          <SelectField
            label={words.group}
            value={groupId}
            options={[{ value: '', label: words.wholeSite }, ...places.groups.map(({ id, name }) => ({ value: id, label: name }))]}
            onInput={setGroupId}
          />
        )}
        <p class="small quiet">{words.zone(zone)}</p>
        <button class="button" aria-disabled={busy || !judge}>
          {busy ? words.working : words.submit}
        </button>
        <div class="ask-answer" role="status" aria-live="polite">
          {answer?.kind === 'past' && <p class="note warning">{words.past}</p>}
          {answer?.kind === 'failed' && <p class="note error">{words.failed}</p>}
          {answer?.kind === 'shown' && (
            <div class="note plain">
              <p>
                <StatusPill status={answer.status.status} />
              </p>
              <p dir="auto">{answer.status.sentence[language.value]}</p>
              {answer.status.next && <p class="small quiet">{words.until(t().status[answer.status.next.status], zonedTime(answer.status.next.at, zone))}</p>}
              {editing.dirty && <p class="small quiet">{words.ofSaved}</p>}
              {answer.draft !== null && <p class="small">{answer.draft ? words.draftOpen : words.draftClosed}</p>}
            </div>
          )}
        </div>
      </form>
    </section>
  );
}
