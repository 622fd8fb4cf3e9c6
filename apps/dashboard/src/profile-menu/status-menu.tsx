import { useEffect, useRef, useState } from 'preact/hooks';
import type { AgentState, StatusPreview } from '#contract';
import { Icon } from '../design/icons.js';
import { itemsOf, moveFocus } from '../design/move-focus.js';
import { Mark } from '../design/status.js';
import { t } from '../i18n/index.js';
import { othersPresent } from '../session/farewell.js';
import { profile } from '../session/loaded.js';
import { ask } from '../session/present.js';
import { serverNow } from '../session/server-time.js';
import { shownStatus } from '../session/shown-status.js';
import { changeTo, leaveThisDevice } from './actions.js';
import { effectOf } from './effect-of.js';

type Status = AgentState['status'];
const STATUSES: readonly Status[] = ['online', 'busy', 'offline'];
const MINUTES = [15, 30, 60];
const MINUTE_MS = 60_000;

/** The menu of the profile picture. Below each status stands what a click on it would do to the boxes (behaviour 4). */
export function StatusMenu({ onClose, onUntil }: { readonly onClose: () => void; readonly onUntil: () => void }) {
  const words = t().menu;
  const menu = useRef<HTMLDivElement>(null);
  const previews = usePreviews();
  const current = shownStatus();
  const others = profile.value ? othersPresent(profile.value).length : 0;

  useEffect(() => {
    const items = itemsOf(menu.current);
    (items.find((item) => item.getAttribute('aria-checked') === 'true') ?? items[0])?.focus();
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Element && !event.target.closest('.profile, [data-opens-menu]')) onClose();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);

  const done = (what: Promise<unknown>): void => {
    onClose();
    void what;
  };

  return (
    <div ref={menu} class="menu" role="menu" aria-label={words.label} onKeyDown={(event) => moveFocus(event, menu.current, onClose)}>
      <div role="group" aria-label={words.label}>
        {STATUSES.map((status) => {
          const effect = previews === null ? null : effectOf(status, previews.get(status));
          return (
            <button
              key={status}
              type="button"
              role="menuitemradio"
              aria-checked={status === current}
              class="item"
              onClick={() => done(changeTo(status))}
            >
              <Mark status={status} />
              <span>
                <b>{t().status[status]}</b>
                <span class="quiet small">{words[status]}</span>
                {status !== current && (
                  <span class={`effect small${effect?.serious ? ' serious' : ''}`}>{effect === null ? words.asking : (effect.text ?? words.noEffect)}</span>
                )}
              </span>
            </button>
          );
        })}
      </div>
      <div role="group" aria-label={words.busyFor} class="menu-part">
        <p class="small quiet" aria-hidden="true">
          {words.busyFor}
        </p>
        <div class="minutes">
          {MINUTES.map((minutes) => (
            <button key={minutes} type="button" role="menuitem" class="item" onClick={() => done(changeTo('busy', serverNow() + minutes * MINUTE_MS))}>
              {words.minutes(minutes)}
            </button>
          ))}
        </div>
        <button type="button" role="menuitem" class="item" onClick={onUntil}>
          <Icon name="clock" />
          <span>{words.untilTime}</span>
        </button>
      </div>
      <div role="group" class="menu-part">
        <button type="button" role="menuitem" class="item" onClick={() => done(leaveThisDevice(false))}>
          <Icon name="leave" />
          <span>
            {words.signOut}
            {current !== 'offline' && <span class="quiet small">{others > 0 ? t().hero.signalFrom(others) : words.signOutHint}</span>}
          </span>
        </button>
        <button type="button" role="menuitem" class="item" onClick={() => done(leaveThisDevice(true))}>
          <Mark status="offline" />
          <span>
            {words.signOutOffline}
            <span class="quiet small">{words.signOutOfflineHint}</span>
          </span>
        </button>
      </div>
    </div>
  );
}

type Previews = ReadonlyMap<Status, StatusPreview['changes'] | undefined>;

/** Asked while the menu is open; undefined where the answer did not come. */
function usePreviews(): Previews | null {
  const [previews, setPreviews] = useState<Previews | null>(null);
  useEffect(() => {
    let wanted = true;
    const one = async (status: Status) => {
      const answer = await ask<StatusPreview>('POST', '/agent/v1/status/preview', { status });
      return [status, answer.kind === 'ok' ? answer.body.changes : undefined] as const;
    };
    void Promise.all(STATUSES.map(one)).then((all) => wanted && setPreviews(new Map(all)));
    return () => void (wanted = false);
  }, []);
  return previews;
}
