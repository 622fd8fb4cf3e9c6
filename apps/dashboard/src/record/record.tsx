import { useState } from 'preact/hooks';
import { SelectField } from '../design/field.js';
import { Empty, Page, Shown } from '../design/page.js';
import { dayAndClock } from '../i18n/index.js';
import { here } from '../session/server-time.js';
import { doneOf, factName, targetOf, valueOf } from './told.js';
import { type Entry, useNames, useRecord } from './use-record.js';
import { words as said } from './words.js';
import './record.css';

/** Who changed what, newest first, with what was so before and after. */
export function Record() {
  const words = said();
  const [actorId, setActorId] = useState('');
  const { nameOf, people } = useNames();
  const { shown, hasOlder, showOlder } = useRecord(actorId);
  const managers = people.filter(({ role }) => role === 'owner' || role === 'manager');
  return (
    <Page title={words.title} intro={words.intro}>
      <div class="list-tools record-tools">
        <SelectField
          {...{ label: words.by, value: actorId, onInput: setActorId }}
          options={[{ value: '', label: words.everybody }, ...managers.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      </div>
      <Shown of={shown} rows={8}>
        {(entries) => (
          <div class="card">
            {entries.length === 0 && <Empty title={words.empty} />}
            <ol class="rows long">
              {entries.map((entry) => (
                <Line key={entry.id} entry={entry} nameOf={nameOf} />
              ))}
            </ol>
            {hasOlder && (
              <p class="more">
                <button type="button" class="button" onClick={() => void showOlder()}>
                  {words.older}
                </button>
              </p>
            )}
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Line({ entry, nameOf }: { readonly entry: Entry; readonly nameOf: ReadonlyMap<string, string> }) {
  const words = said();
  const { at, actor, ip, before, after } = entry;
  const facts = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const kinds = words.actors as Readonly<{ [kind: string]: string }>;
  return (
    <li class="record-line">
      <time class="small quiet numbers" dateTime={at}>
        {dayAndClock(here(at))}
      </time>
      <div>
        <p>
          <b dir="auto">{nameOf.get(actor.id) ?? kinds[actor.kind] ?? actor.kind}</b> {doneOf(entry)} <b dir="auto">{targetOf(entry, nameOf)}</b>
        </p>
        {facts.length > 0 && (
          <details>
            <summary class="small">{words.details}</summary>
            <dl class="small">
              {facts.map((name) => (
                <div key={name}>
                  <dt>{factName(name)}</dt>
                  <dd dir="auto">
                    {name in before && <del>{valueOf(before[name], nameOf)}</del>} {name in after && <ins>{valueOf(after[name], nameOf)}</ins>}
                  </dd>
                </div>
              ))}
              <div>
                <dt>{words.from}</dt>
                <dd>{ip ?? '–'}</dd>
              </div>
            </dl>
          </details>
        )}
      </div>
    </li>
  );
}
