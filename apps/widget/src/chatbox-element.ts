import { boxClient } from './box-client.js';
import { browserWorld } from './browser-world.js';
import { dot, el, icon, put, sheet } from './drawing.js';
import { LOOK } from './look.js';
import type { OpenBox, openBox } from './open-box.js';
import type { View } from './shown-box.js';
import { stateWords } from './state-words.js';
import { localStore, recall, type Subject, talkName } from './subject.js';

const BUBBLE = 'M21 12a8 8 0 0 1-8 8H4l1.6-3.4A8 8 0 1 1 21 12zM9 12h.01M13 12h.01M17 12h.01';
const WAKES = ['online', 'offline', 'focus', 'visibilitychange', 'resume', 'pageshow', 'pagehide'];

/** A shown box; lives as long as its site, group and language stay. */
interface Box {
  view(): View;
  refresh(): Promise<void>;
  open(yes: boolean): Promise<void>;
  readonly isOpen: () => boolean;
  end(): void;
}

/** Shows a box in the shadow of `host`, and keeps it current. `origin`: where the service is, unless the attribute `api` says otherwise. */
function showBox(host: HTMLElement, shadow: ShadowRoot, origin: string): Box {
  const attribute = (name: string): string => host.getAttribute(name) ?? '';
  const lang = host.lang || document.documentElement.lang || navigator.language;
  const words = stateWords(lang);
  let subject: Subject = { api: (attribute('api') || origin).replace(/\/+$/, ''), site: attribute('site'), group: attribute('group'), lang, visitor: '' };
  subject = { ...subject, visitor: recall<Subject>(localStore, talkName(subject))?.visitor ?? '' };

  const shape = dot();
  const label = el('span', {});
  const aloud = el('span', { class: 'hear', role: 'status' });
  const launch = el('button', { class: 'launch', type: 'button', 'aria-expanded': 'false' }, icon(BUBBLE), label, shape);
  let panel: OpenBox | undefined;
  let loading: Promise<OpenBox> | undefined;
  let isOpen = false;
  let seen = '';

  const show = (): void => {
    const view = client.view();
    const { status, age, next, since, stale, wrongKey } = view;
    const connecting = status === 'unknown' && age === null && !wrongKey;
    shape.className = `dot ${status}`;
    put(label, connecting ? words.chat : words[status]);
    launch.setAttribute('aria-label', connecting ? words.chat : `${words.chat}: ${words[status]}`);
    panel?.show(view);
    const sees = JSON.stringify([status, since, next, age === null, stale, wrongKey]);
    if (sees === seen) return;
    const before = host.getAttribute('state');
    if (seen && before !== status && before !== 'unknown') put(aloud, words[status]);
    seen = sees;
    host.setAttribute('state', status);
    host.dispatchEvent(new CustomEvent('statuschange', { detail: view, bubbles: true, composed: true }));
  };
  const hear = (text: string): void => {
    if (!isOpen) launch.classList.add('news');
    void load().then((box) => box.notice(text), () => undefined);
  };
  const connect = () => boxClient(browserWorld(subject), show, hear);
  let client = connect();

  /** The open box comes when somebody is about to open it. */
  const load = (): Promise<OpenBox> => {
    loading ??= (import(/* @vite-ignore */ `${subject.api}/widget/v1/panel.js`) as Promise<{ openBox: typeof openBox }>).then((module) => {
      panel = module.openBox({
        subject,
        shadow,
        title: attribute('label') || words.chat,
        close: () => void open(false),
        visitorIs: (visitor) => {
          if (visitor === subject.visitor) return;
          subject = { ...subject, visitor };
          client.stop();
          client = connect();
          client.start();
        },
      });
      panel.show(client.view());
      panel.root.onkeydown = (event) => {
        if (event.key === 'Escape') void open(false);
      };
      return panel;
    });
    loading.catch(() => (loading = undefined)); // the next click tries again
    return loading;
  };
  const open = async (yes: boolean): Promise<void> => {
    isOpen = yes;
    const box = await load().catch(() => null);
    if (!box) {
      isOpen = false;
      return put(aloud, words.unknown);
    }
    if (isOpen !== yes || yes === launch.hidden) return;
    launch.hidden = yes;
    launch.setAttribute('aria-expanded', String(yes));
    launch.classList.remove('news');
    if (yes) shadow.append(box.root);
    else box.root.remove();
    if (yes) box.focus();
    else launch.focus();
  };
  launch.onclick = () => void open(true);
  launch.onpointerenter = launch.onfocus = launch.onpointerdown = () => void load().catch(() => undefined);

  const wake = (event: Event): void => {
    if (event.type === 'pagehide') client.stop(); // a page that is put aside holds no connection
    else if ((event as PageTransitionEvent).persisted) client.start();
    else if (!document.hidden) void client.refresh();
  };
  for (const name of WAKES) addEventListener(name, wake);
  shadow.adoptedStyleSheets = [sheet(LOOK)];
  shadow.replaceChildren(aloud, launch);
  client.start();
  return {
    view: () => client.view(),
    refresh: () => client.refresh(),
    open,
    isOpen: () => isOpen,
    end: () => {
      client.stop();
      for (const name of WAKES) removeEventListener(name, wake);
    },
  };
}

/**
 * Defines `<chatbox-status site="KEY" group="ID" lang="de">`; attributes `label`, `position`, `theme`, `api` besides, methods open(),
 * close(), toggle(), refresh(), property `view`, event `statuschange`. docs/how-to/put-the-box-on-a-page.md describes them.
 */
export function defineChatbox(origin: string): void {
  class ChatboxStatus extends HTMLElement {
    static observedAttributes = ['site', 'group', 'lang', 'label', 'api'];
    private box: Box | undefined;
    private due = 0;
    private readonly dark = this.attachShadow({ mode: 'open' });

    connectedCallback(): void {
      clearTimeout(this.due);
      // attributes change one after the other: one start for all of them
      this.due = window.setTimeout(() => {
        const wasOpen = this.box?.isOpen();
        this.disconnectedCallback();
        if (!this.isConnected) return;
        try {
          this.box = showBox(this, this.dark, origin);
          if (wasOpen) this.open();
        } catch {
          // an old browser: the page goes on without the box
        }
      });
    }

    disconnectedCallback(): void {
      this.box?.end();
      this.box = undefined;
    }

    attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
      if (this.box && before !== after) this.connectedCallback();
    }

    /** What is shown; null before there is anything. */
    get view(): View | null {
      return this.box?.view() ?? null;
    }

    open(): void {
      void this.box?.open(true);
    }

    close(): void {
      void this.box?.open(false);
    }

    toggle(): void {
      void this.box?.open(!this.box.isOpen());
    }

    /** Asks the service now. */
    async refresh(): Promise<void> {
      await this.box?.refresh();
    }
  }
  customElements.define('chatbox-status', ChatboxStatus);
}
