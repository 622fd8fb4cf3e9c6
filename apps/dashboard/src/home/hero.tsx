import { Avatar } from '../design/status.js';
import { listed, t } from '../i18n/index.js';
import { othersPresent } from '../session/farewell.js';
import { profile } from '../session/loaded.js';
import { menuIsOpen } from '../session/menu-open.js';
import { connection, lostAt, view } from '../session/present.js';
import { here, now } from '../session/server-time.js';
import { shownStatus } from '../session/shown-status.js';

/** How visitors see me, large. While it is not known, it says so, and until when the last sign of life holds. */
export function Hero() {
  const words = t();
  const status = shownStatus();
  const me = profile.value;
  return (
    <section class="card hero" aria-labelledby="own-status">
      <button
        type="button"
        class="hero-picture"
        data-opens-menu
        aria-haspopup="menu"
        onClick={() => (menuIsOpen.value = !menuIsOpen.value)}
      >
        <Avatar large name={me?.agent.name ?? ''} status={status} />
        <span class="unseen">{words.hero.picture(me?.agent.name ?? '', words.status[status])}</span>
      </button>
      <div class="hero-words">
        <h1 id="own-status" aria-live="polite">
          {view.value?.kind === 'known' || lastKnown() ? words.hero[status] : words.hero.loading}
        </h1>
        {status === 'unknown' ? <NotKnown /> : <Known />}
      </div>
      <button type="button" class="button primary" data-opens-menu aria-haspopup="menu" onClick={() => (menuIsOpen.value = !menuIsOpen.value)}>
        {words.hero.open}
      </button>
    </section>
  );
}

function lastKnown() {
  const { value } = view;
  return value?.kind === 'unknown' ? value.lastKnown : null;
}

function Known() {
  const words = t().hero;
  const state = view.value?.kind === 'known' ? view.value.state : null;
  const me = profile.value;
  if (state === null) return null;
  return (
    <>
      <p class="quiet">{state.until === undefined ? words.since(here(state.since)) : words.until(here(state.until))}</p>
      {me ? (
        <p class="quiet">{me.groups.length === 0 ? words.allGroups : words.groups(listed(me.groups.map(({ name }) => name)))}</p>
      ) : (
        <p>
          <span class="skeleton" style={{ width: '14rem' }} />
        </p>
      )}
    </>
  );
}

/** behaviour D8: the lease goes on for a while without us; another device may hold it. */
function NotKnown() {
  const words = t();
  const last = lastKnown();
  const devices = profile.value?.devices ?? [];
  const own = devices.find((device) => device.own);
  const others = profile.value ? othersPresent(profile.value) : [];
  const until = own ? here(own.expiresAt) : null;
  const wasSeen = last !== null && last.effectiveStatus !== 'offline';
  if (lostAt.value === null || last === null) return <p class="quiet">&nbsp;</p>;
  return (
    <>
      <p>{connection.value.kind === 'reopening' ? words.connection.reopening : words.connection.lost}</p>
      <p class="quiet">{words.hero.lastKnown(words.status[last.status])}</p>
      {wasSeen && until !== null && (
        <p class="note warning numbers">
          {until > now.value ? words.hero.countdown(until, until - now.value) : words.hero.countdownOver}
          {others.length > 0 && <span>{words.hero.signalFrom(others.length)}</span>}
        </p>
      )}
    </>
  );
}

