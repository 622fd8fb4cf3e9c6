/*
 * GET /widget/v1/smartsupp.js: a page that carries Smartsupp's snippet keeps it; only the key and the address of the script change.
 * Understands `smartsupp('group', id)`, `smartsupp('language', tag)`, `smartsupp('on'|'off', 'status', callback)` and
 * `smartsupp('chat:open'|'chat:close'|'chat:show'|'chat:hide')`, before and after this script has come; what it does not know it ignores.
 */

/** The vendor's function, and before its script has come the queue that stands in for it: calls are kept in `_`. */
interface Vendor {
  (...call: unknown[]): void;
  _?: ArrayLike<unknown>[];
}

type Page = typeof window & {
  smartsupp?: Vendor;
  _smartsupp?: { key?: string; group?: string; language?: string };
};

interface BoxElement extends HTMLElement {
  open?(): void;
  close?(): void;
}

type Listener = (status: string) => void;

try {
  const page = window as Page;
  const script = document.currentScript as HTMLScriptElement | null;
  const { key = script?.dataset['key'] ?? '', group, language } = page._smartsupp ?? {};
  const waiting = page.smartsupp?._ ?? [];
  const listeners = new Set<Listener>();
  const box: BoxElement = document.createElement('chatbox-status');
  let told = '';

  /** A callback is the page's own: what it throws is reported, and nothing of ours stops. */
  const call = (listener: Listener): void => {
    if (told) queueMicrotask(() => listener(told));
  };
  const understand = (words: ArrayLike<unknown>): void => {
    const [what, value, callback] = Array.from(words);
    if (what === 'group' || what === 'language') box.setAttribute(what === 'group' ? 'group' : 'lang', typeof value === 'string' ? value : '');
    else if (value === 'status' && typeof callback === 'function') {
      if (what === 'off') listeners.delete(callback as Listener);
      if (what === 'on') {
        listeners.add(callback as Listener);
        call(callback as Listener);
      }
    } else if (what === 'chat:open') box.open?.();
    else if (what === 'chat:close') box.close?.();
    else if (what === 'chat:show' || what === 'chat:hide') box.hidden = what === 'chat:hide';
  };

  box.addEventListener('statuschange', (event) => {
    const { status } = (event as CustomEvent<{ status: string }>).detail;
    if (status === told || status === 'unknown') return;
    told = status;
    listeners.forEach(call);
  });
  box.setAttribute('site', key);
  if (group) understand(['group', group]);
  if (language) understand(['language', language]);
  Array.from(waiting).forEach(understand);
  page.smartsupp = (...words) => {
    try {
      understand(words);
    } catch {
      // a call that cannot be understood must not stop the page's own script
    }
  };

  const add = (): void => void document.body.append(box);
  if (document.body) add();
  else addEventListener('DOMContentLoaded', add, { once: true });
  const widget = new URL('widget.js', script?.src ?? location.href).href;
  if (!customElements.get('chatbox-status')) void import(/* @vite-ignore */ widget).catch(() => undefined);
} catch {
  // a page without the box is better than a broken page
}
