import { useState } from 'preact/hooks';
import { Empty, Skeleton } from '../design/page.js';
import { Choice } from '../design/search.js';
import { Avatar, StatusPill } from '../design/status.js';
import { language, t } from '../i18n/index.js';
import type { Subject } from './subject.js';
import { instant, shortTime } from './times.js';
import type { Reading } from './use-history.js';
import { type Moment as Then, useMoment } from './use-moment.js';
import { words as said } from './words.js';
import type { Zone } from '../i18n/zone.js';

/** Of a large team so many are shown at first. */
const FEW = 12;

interface MomentProps {
  readonly subject: Subject;
  /** null: the present. */
  readonly at: number | null;
  readonly now: number;
  readonly zone: Zone;
}

/** The whole page of one instant: the box and why, the groups, the team. */
export function Moment({ subject, at, now, zone }: MomentProps) {
  const words = said();
  const [reading, setReading] = useState<Reading>('actual');
  const { moment, pending, refusal, fault } = useMoment(subject, at, reading);
  return (
    <section class="moment" aria-labelledby="moment-title" aria-busy={pending}>
      <header>
        <h2 id="moment-title" class="numbers">
          {at === null ? words.live : words.moment(instant(at, zone))}
        </h2>
        <Choice label={words.reading} value={reading} onChange={setReading} options={(['actual', 'shown'] as const).map((value) => ({ value, label: words.lanes[value] }))} />
      </header>
      {fault && (
        <div class="card">
          <Empty title={words.refusals[refusal?.code ?? ''] ?? words.momentNotLoaded} />
        </div>
      )}
      {!fault && moment === null && <Skeleton rows={4} />}
      {moment !== null && <Shown moment={moment} subject={subject} past={at !== null} now={now} zone={zone} />}
    </section>
  );
}

interface ShownProps extends Pick<MomentProps, 'subject' | 'now' | 'zone'> {
  readonly moment: Then;
  readonly past: boolean;
}

function Shown({ moment: { box, all }, subject, past, now, zone }: ShownProps) {
  const words = said();
  const statuses = t().status;
  const [whole, setWhole] = useState(false);
  const site = all.sites.find(({ id }) => id === subject.siteId);
  const groups = all.groups.filter(({ siteId }) => siteId === subject.siteId);
  const title = subject.kind === 'group' ? subject.name : (site?.name ?? '');
  const rank = { online: 0, busy: 1, offline: 2 };
  const agents = [...all.agents].sort((a, b) => rank[a.effectiveStatus] - rank[b.effectiveStatus] || a.name.localeCompare(b.name));
  return (
    <div class="moment-cards">
      <section class="card moment-box" aria-labelledby="moment-box">
        <header>
          <h3 id="moment-box" dir="auto">
            {words.box}: {title}
          </h3>
          <StatusPill status={box.status} />
        </header>
        <p class="moment-why" dir="auto">
          {box.sentence[language.value]}
        </p>
        <p class="small quiet numbers">{words.since(shortTime(Date.parse(box.since), now, zone))}</p>
        {past && <p class="small quiet">{box.settled ? words.settled : words.unsettled}</p>}
      </section>
      <section class="card" aria-labelledby="moment-groups">
        <header>
          <h3 id="moment-groups">{words.groups}</h3>
        </header>
        {groups.length === 0 && <Empty title={words.noGroups} />}
        <ul class="rows">
          {groups.map(({ id, name, status, enabled }) => (
            <li key={id} class="moment-row">
              <b dir="auto">{name}</b>
              {!enabled && <span class="tag neutral">{words.off}</span>}
              <StatusPill status={status} />
            </li>
          ))}
        </ul>
      </section>
      <section class="card" aria-labelledby="moment-team">
        <header>
          <h3 id="moment-team">{words.team}</h3>
        </header>
        {agents.length === 0 && <Empty title={words.nobodyYet} />}
        <ul class="rows">
          {agents.slice(0, whole ? agents.length : FEW).map(({ id, name, effectiveStatus, status, active }) => (
            <li key={id} class="moment-row">
              <Avatar name={name} status={effectiveStatus} />
              <div>
                <b dir="auto">{name}</b>
                {!active && <span class="tag neutral">{words.inactive}</span>}
                {active && status !== effectiveStatus && <p class="small quiet">{words.signedOff(statuses[status])}</p>}
              </div>
              <StatusPill status={effectiveStatus} />
            </li>
          ))}
        </ul>
        {!whole && agents.length > FEW && (
          <p class="moment-more">
            <button type="button" class="button low" onClick={() => setWhole(true)}>
              {words.more(agents.length)}
            </button>
          </p>
        )}
      </section>
    </div>
  );
}
