import type { OwnBox } from '#contract';
import { StatusPill } from '../design/status.js';
import { thereToo } from '../i18n/format.js';
import { t } from '../i18n/index.js';
import { boxes } from '../session/loaded.js';
import { lostAt } from '../session/present.js';
import { here } from '../session/server-time.js';
import { whyOf } from './why-of.js';

/** What visitors see now, per site and group, each with a plain sentence why. */
export function Boxes() {
  const words = t().boxes;
  const shown = boxes.value?.boxes;
  const sites = [...new Map((shown ?? []).map((box) => [box.site.id, box.site])).values()];
  const stale = lostAt.value !== null;
  return (
    <section class={`card boxes${stale ? ' stale' : ''}`} aria-labelledby="boxes-title" aria-busy={stale || shown === undefined}>
      <header>
        <h2 id="boxes-title">{words.title}</h2>
      </header>
      {shown === undefined && <Placeholder />}
      {shown !== undefined && sites.length === 0 && (
        <div class="empty">
          <p>{words.none}</p>
          <p class="small">{words.noneHint}</p>
        </div>
      )}
      {sites.map(({ id, name }) => (
        <div key={id} class="site">
          {sites.length > 1 && <h3>{name}</h3>}
          <ul class="rows">
            {(shown ?? [])
              .filter(({ site }) => site.id === id)
              .map((box) => (
                <BoxRow key={box.group?.id ?? ''} box={box} alone={sites.length === 1} />
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function BoxRow({ box, alone }: { readonly box: OwnBox; readonly alone: boolean }) {
  const words = t();
  const unknown = lostAt.value !== null;
  const next = nextOf(box);
  return (
    <li class="box" data-box={box.group?.name ?? box.site.name}>
      <div class="box-name">
        <b>{box.group?.name ?? (alone ? box.site.name : words.boxes.whole)}</b>
        {box.group !== null && box.mine && <span class="tag">{words.boxes.yours}</span>}
        {box.group === null && alone && <span class="small quiet">{words.boxes.whole}</span>}
      </div>
      <StatusPill status={unknown ? 'unknown' : box.status} />
      <p class="small quiet box-why">
        {whyOf(box)}
        {next !== null && <span class="numbers"> {next}</span>}
      </p>
    </li>
  );
}

/** The known future in words; the hours' own turn says more than the status it leads to. */
function nextOf({ next, why, status, site }: OwnBox): string | null {
  const words = t();
  const told = (sentence: string, at: number): string => {
    const there = thereToo(at, site.timeZone);
    return there === null ? `${sentence}.` : `${sentence} (${words.boxes.there(there, site.timeZone)}).`;
  };
  if (next !== null) {
    const at = here(next.at);
    if (next.status === 'offline') return told(words.boxes.closes(at), at);
    return told(status === 'offline' ? words.boxes.opens(at) : words.boxes.turns(words.status[next.status], at), at);
  }
  const opens = why.rule === 'hours' && why.open === false ? why.nextTurn : null;
  return opens ? told(words.boxes.opens(here(opens)), here(opens)) : null;
}

/** As tall as what comes, so that nothing jumps. */
function Placeholder() {
  return (
    <ul class="rows" aria-hidden="true">
      {[9, 6, 7].map((width) => (
        <li key={width} class="box">
          <span class="box-name">
            <span class="skeleton" style={{ width: `${width}rem` }} />
          </span>
          <span class="skeleton" style={{ width: '4.5rem' }} />
          <p class="small box-why">
            <span class="skeleton" style={{ width: '12rem' }} />
          </p>
        </li>
      ))}
    </ul>
  );
}
