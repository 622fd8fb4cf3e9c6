/*
 * The open box: GET /widget/v1/panel.js, a module that the widget loads when somebody is about to open it. Most visitors never do, so their
 * pages do not pay for it.
 */
import { type Conversation, conversation, type KeptTalk, type Letter } from './conversation.js';
import { sheet } from './drawing.js';
import { buildPanel, type Panel } from './panel.js';
import { PANEL_LOOK } from './panel-look.js';
import { keep, localStore, recall, siteUrl, type Subject, talkName } from './subject.js';

/** What the widget gives. */
export interface Host {
  readonly subject: Subject;
  readonly shadow: ShadowRoot;
  readonly title: string;
  close(): void;
  /** The visitor has an id from now on: the service may speak to it. */
  visitorIs(visitor: string): void;
}

/** What the widget gets. */
export interface OpenBox extends Panel {
  /** The site says something. */
  notice(text: string): void;
}

/** Makes the open box; the widget puts its root into the page and takes it out again. */
export function openBox({ subject, shadow, title, close, visitorIs }: Host): OpenBox {
  shadow.adoptedStyleSheets.push(sheet(PANEL_LOOK));
  const name = talkName(subject);
  const talk: Conversation = conversation(
    {
      recall: () => recall<KeptTalk>(localStore, name),
      keep: (kept) => keep(localStore, name, kept),
      // randomUUID is there on secure pages only
      newId: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(''),
      wall: () => Date.now(),
      send: (letter) => post(subject, letter),
    },
    () => {
      visitorIs(talk.visitor());
      panel.talk();
    },
  );
  const panel = buildPanel(subject.lang, title, talk, close);
  return { ...panel, notice: (text) => talk.notice(text) };
}

async function post(subject: Subject, { conversation: id, key, ...body }: Letter): Promise<{ status: number; code?: string }> {
  try {
    const group = subject.group ? `?group=${encodeURIComponent(subject.group)}` : '';
    const answer = await fetch(`${siteUrl(subject)}conversations/${id}/messages${group}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      credentials: 'omit',
    });
    const { code } = (await answer.json()) as { code?: string };
    return { status: answer.status, ...(code && { code }) };
  } catch {
    return { status: 0 };
  }
}
