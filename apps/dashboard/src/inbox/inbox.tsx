import { useEffect, useRef, useState } from 'preact/hooks';
import type { MessageView } from '#contract';
import { Icon } from '../design/icons.js';
import { ago, dayAndClock, t } from '../i18n/index.js';
import { adminRoute } from '../session/places.js';
import { boxes, profile } from '../session/loaded.js';
import { read } from '../session/present.js';
import { here, now } from '../session/server-time.js';
import { mailto } from './mailto.js';
import { noteSeen, seenUpTo } from './seen.js';

/** What visitors write should be seen soon; a page that nobody sees does not ask. ms */
const EVERY_MS = 10_000;
const PAGE = 25;

interface Page {
  readonly messages: readonly MessageView[];
  readonly nextCursor: string | null;
}

type Inbox = { readonly kind: 'loading' | 'failed' | 'refused' } | ({ readonly kind: 'shown' } & Page);

/** What visitors wrote, newest first (behaviour D27). */
export function Inbox() {
  const words = t().inbox;
  const { inbox, again, older } = useInbox();
  const seen = useSeen(inbox);
  return (
    <section class="card inbox" aria-labelledby="inbox-title" aria-busy={inbox.kind === 'loading'}>
      <header>
        <h1 id="inbox-title">{words.title}</h1>
      </header>
      {inbox.kind === 'loading' && <Placeholder />}
      {(inbox.kind === 'failed' || inbox.kind === 'refused') && (
        <div class="empty" role="alert">
          <p>{inbox.kind === 'failed' ? words.failed : words.notAllowed}</p>
          {inbox.kind === 'failed' && (
            <button type="button" class="button" onClick={again}>
              {words.again}
            </button>
          )}
        </div>
      )}
      {inbox.kind === 'shown' && inbox.messages.length === 0 && (
        <div class="empty">
          <Icon name="inbox" />
          <p>{words.empty}</p>
          <p class="small">{words.emptyHint}</p>
        </div>
      )}
      {inbox.kind === 'shown' && (
        <ul class="rows">
          {inbox.messages.map((message) => (
            <Message key={message.id} message={message} fresh={Date.parse(message.receivedAt) > seen} />
          ))}
        </ul>
      )}
      {inbox.kind === 'shown' && inbox.nextCursor !== null && (
        <p class="more">
          <button type="button" class="button" onClick={older}>
            {words.more}
          </button>
        </p>
      )}
    </section>
  );
}

function Message({ message, fresh }: { readonly message: MessageView; readonly fresh: boolean }) {
  const words = t().inbox;
  const at = here(message.receivedAt);
  const group = boxes.value?.boxes.find((box) => box.group?.id === message.groupId)?.group;
  const site = boxes.value?.boxes.find((box) => box.site.id === message.siteId)?.site.name ?? profile.value?.tenant.name ?? '';
  return (
    <li class="message">
      <div class="message-head small">
        <b>{message.email ?? `${words.visitor} ${message.visitor.slice(0, 8)}`}</b>
        {fresh && <span class="tag fresh">{words.fresh}</span>}
        {group && <span class="tag">{words.group(group.name)}</span>}
        <time class="quiet numbers" dateTime={message.receivedAt} title={dayAndClock(at)}>
          {ago(at, now.value)}
        </time>
      </div>
      <p class="message-text" dir="auto">
        {message.text}
      </p>
      {message.email !== null && (
        <p class="small">
          <a href={mailto(message.email, words.subject(site), message.text)}>{words.answer}</a>
        </p>
      )}
    </li>
  );
}

/** Up to when messages had been seen before this look at them; what is shown to somebody is seen. */
function useSeen(inbox: Inbox): number {
  const agentId = profile.value?.agent.id ?? '';
  const before = useRef<{ readonly agentId: string; readonly upTo: number } | null>(null);
  if (before.current?.agentId !== agentId) before.current = { agentId, upTo: seenUpTo(agentId, Date.now()) };
  const newest = inbox.kind === 'shown' ? inbox.messages[0]?.id : undefined;
  useEffect(() => {
    if (inbox.kind !== 'shown' || agentId === '') return undefined;
    const note = (): void => {
      if (document.visibilityState === 'visible') noteSeen(agentId, inbox.messages);
    };
    note();
    document.addEventListener('visibilitychange', note);
    return () => document.removeEventListener('visibilitychange', note);
  }, [inbox.kind, newest, agentId]);
  return before.current.upTo;
}

function Placeholder() {
  return (
    <ul class="rows" aria-hidden="true">
      {[0, 1, 2].map((row) => (
        <li key={row} class="message">
          <span class="skeleton" style={{ width: '10rem' }} />
          <p class="message-text">
            <span class="skeleton" style={{ width: '80%' }} />
          </p>
        </li>
      ))}
    </ul>
  );
}

/** The newest page, asked for anew every few seconds; older ones stay below it. */
function useInbox(): { readonly inbox: Inbox; readonly again: () => void; readonly older: () => void } {
  const tenantId = profile.value?.tenant.id;
  const [inbox, setInbox] = useState<Inbox>({ kind: 'loading' });
  const load = async (cursor: string | null): Promise<void> => {
    if (tenantId === undefined) return;
    const query = `limit=${PAGE}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const answer = await read<Page>(await adminRoute(`/tenants/${tenantId}/messages?${query}`));
    setInbox((before) => {
      if (answer.kind === 'ok') return cursor === null ? withNewest(before, answer.body) : withOlder(before, answer.body);
      if (before.kind === 'shown') return before;
      return { kind: answer.kind === 'refused' ? 'refused' : 'failed' };
    });
  };
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === 'visible') void load(null);
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [tenantId]);
  return { inbox, again: () => void load(null), older: () => void (inbox.kind === 'shown' && load(inbox.nextCursor)) };
}

function withNewest(before: Inbox, page: Page): Inbox {
  if (before.kind !== 'shown') return { kind: 'shown', ...page };
  const fresh = new Set(page.messages.map(({ id }) => id));
  const last = page.messages.at(-1)?.receivedAt ?? '';
  const rest = page.nextCursor === null ? [] : before.messages.filter(({ id, receivedAt }) => !fresh.has(id) && receivedAt <= last);
  return { kind: 'shown', messages: [...page.messages, ...rest], nextCursor: rest.length > 0 ? before.nextCursor : page.nextCursor };
}

function withOlder(before: Inbox, page: Page): Inbox {
  const shown = before.kind === 'shown' ? before.messages : [];
  const known = new Set(shown.map(({ id }) => id));
  return { kind: 'shown', messages: [...shown, ...page.messages.filter(({ id }) => !known.has(id))], nextCursor: page.nextCursor };
}
