import { signal } from '@preact/signals';
import { Icon } from './design/icons.js';
import { Mark } from './design/status.js';
import { dayAndClock, t } from './i18n/index.js';
import { changeTo } from './profile-menu/actions.js';
import { profile } from './session/loaded.js';
import { here } from './session/server-time.js';
import { shownStatus } from './session/shown-status.js';

/** The one that was read and put away, by its time. */
const read = signal('');

/** Somebody else set me offline (case 19): who, when, why, and what to do now. On every screen, until I choose a status or put it away. */
export function ForcedOffline() {
  const words = t().forced;
  const forced = profile.value?.forcedOffline;
  const shown = forced !== undefined && shownStatus() === 'offline' && forced.at !== read.value;
  // the region is there before its text, or screen readers would not read it
  return (
    <div role="status" aria-live="polite" class="forced-place">
      {shown && (
        <section class="note warning forced">
          <Mark status="offline" />
          <div>
            <p>
              <b dir="auto">{words.by[forced.by.kind](forced.by.name)}</b> <span class="numbers">{words.at(dayAndClock(here(forced.at)))}</span>
            </p>
            {forced.reason !== '' && (
              <blockquote dir="auto">“{forced.reason}”</blockquote>
            )}
            <p>{words.next}</p>
            <button type="button" class="button" onClick={() => void changeTo('online')}>
              {words.online}
            </button>
          </div>
          <button type="button" class="button plain put-away" onClick={() => (read.value = forced.at)}>
            <Icon name="cross" />
            <span class="unseen">{words.putAway}</span>
          </button>
        </section>
      )}
    </div>
  );
}
