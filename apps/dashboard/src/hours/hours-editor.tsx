import { useEffect, useRef } from 'preact/hooks';
import { confirmed } from '../design/confirm.js';
import { Check } from '../design/field.js';
import { linkTo } from '../router.js';
import { mayChange } from '../session/rights.js';
import { now, serverNow } from '../session/server-time.js';
import { AskVisitor } from './ask-visitor.js';
import { DatesEditor } from './dates-editor.js';
import { type Draft, NO_HOURS, OFFICE_HOURS } from './draft.js';
import { Exchange } from './exchange.js';
import { faultsOf } from './fault-words.js';
import { Findings } from './findings.js';
import { HolidaysEditor } from './holidays-editor.js';
import type { Owner } from './judge.js';
import { SaveBar } from './save-bar.js';
import { useEditing } from './use-editing.js';
import type { Places } from './use-hours.js';
import { wallClock } from './wall-now.js';
import { WeekEditor } from './week-editor.js';
import { hoursWords } from './words.js';
import { ZoneField } from './zone-field.js';

interface EditorProps {
  readonly places: Places;
  readonly owner: Owner;
  readonly onSaved: () => Promise<void>;
}

/** Everything about the hours of one site or group. */
export function HoursEditor({ places, owner, onSaved }: EditorProps) {
  const words = hoursWords();
  const editing = useEditing(places, owner, onSaved);
  const { draft, rows, change } = editing;
  const part = useRef<HTMLDivElement>(null);
  const site = owner.kind === 'site' ? (places.sites.find(({ id }) => id === owner.id) ?? null) : null;
  const name = site?.name ?? places.groups.find(({ id }) => id === owner.id)?.name ?? '';
  const zone = draft?.timeZone ?? site?.timeZone ?? places.sites[0]?.timeZone ?? 'UTC';
  const wall = wallClock(zone, minuteNow()) ?? wallClock('UTC', minuteNow());
  const today = wall?.date ?? '';
  const saved = (places.hours.get(owner.id) ?? null) !== null;
  const faults = faultsOf(editing.faults);
  const readOnly = !mayChange();

  // What was refused is shown where it is, and reached at once.
  useEffect(() => {
    if (editing.faults.length > 0) part.current?.querySelector<HTMLElement>('[aria-invalid=true], [role=alert], .fault')?.scrollIntoView({ block: 'center' });
  }, [editing.faults]);

  const remove = async (): Promise<void> => {
    const text = owner.kind === 'site' ? words.save.removeSite : words.save.removeGroup;
    if (await confirmed({ title: words.save.removeTitle, text, action: words.save.remove, danger: true })) change(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const typing = event.target instanceof HTMLInputElement;
    if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
    event.preventDefault();
    if (event.shiftKey) editing.redo();
    else editing.undo();
  };
  return (
    <div ref={part} class="hours-editor" onKeyDown={onKeyDown}>
      {!places.plan.hours && <p class="note warning">{words.planHas(places.plan.name)}</p>}
      {site && site.mode !== 'agents-and-hours' && <p class="note">{words.modes[site.mode]}</p>}
      <Findings findings={editing.findings} />
      {draft !== null && places.sites[0] && (
        <p>
          <a class="button low" href={owner.kind === 'site' ? linkTo('what-if', 'site', owner.id) : linkTo('what-if', 'group', places.sites[0].id, owner.id)}>
            {words.tryOut}
          </a>
        </p>
      )}
      {draft === null ? (
        <NoHours kind={owner.kind} onStart={change} />
      ) : (
        <>
          <WeekEditor week={draft.week} now={wall} fault={faults.week} onChange={(week) => change({ ...draft, week })} />
          <DatesEditor draft={draft} rows={rows} today={today} faultOf={faults.dated} onChange={change} />
        </>
      )}
      <div class="hours-columns">
        {draft !== null && (
          <div class="hours-parts">
            <HolidaysEditor
              owner={owner}
              draft={draft}
              rows={rows}
              kept={editing.rowsKept}
              today={today}
              faultAt={(pointer) => editing.faults.some((fault) => fault.pointer === pointer)}
              onChange={change}
              onEdited={() => void onSaved()}
            />
          </div>
        )}
        <div class="hours-parts">
          <AskVisitor places={places} owner={owner} editing={editing} today={today} />
          {draft !== null && (
            <fieldset disabled={readOnly}>
              <section class="card hours-more" aria-labelledby="more-title">
                <header>
                  <h2 id="more-title">{words.more}</h2>
                </header>
                <div class="card-fields form">
                  <ZoneField
                    value={draft.timeZone}
                    ofSite={site?.timeZone ?? null}
                    fault={faults.zone}
                    onChange={(timeZone) => change({ ...draft, timeZone })}
                  />
                  <Check
                    label={words.permanently.label}
                    hint={words.permanently.hint}
                    checked={draft.closedPermanently}
                    onChange={(closedPermanently) => change({ ...draft, closedPermanently })}
                  />
                  {saved && !readOnly && (
                    <p>
                      <button type="button" class="button low quiet-danger" onClick={() => void remove()}>
                        {words.save.remove}
                      </button>
                    </p>
                  )}
                </div>
              </section>
            </fieldset>
          )}
          <Exchange owner={owner} name={name} saved={saved} dirty={editing.dirty} onImport={change} />
        </div>
      </div>
      <SaveBar editing={editing} others={faults.others} />
    </div>
  );
}

/** The server's time; drawn anew with the ticks of the page. */
function minuteNow(): number {
  return now.value + serverNow() - Date.now();
}

function NoHours({ kind, onStart }: { readonly kind: Owner['kind']; readonly onStart: (draft: Draft) => void }) {
  const words = hoursWords().none;
  return (
    <section class="card no-hours">
      <div class="empty">
        <p>{words[kind]}</p>
        {mayChange() && (
          <div class="actions">
            <button type="button" class="button primary" onClick={() => onStart(OFFICE_HOURS)}>
              {words.office}
            </button>
            <button type="button" class="button" onClick={() => onStart(NO_HOURS)}>
              {words.empty}
            </button>
          </div>
        )}
      </div>
    </section>
  );
}
