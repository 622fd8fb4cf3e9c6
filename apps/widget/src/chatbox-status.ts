/*
 * The widget: GET /widget/v1/widget.js. Defines <chatbox-status>; a script tag with `data-site` also puts one at the end of the page.
 * Nothing of it may ever disturb the page that it stands in.
 */
import { defineChatbox } from './chatbox-element.js';

try {
  // a module has no currentScript: any of our scripts tells where we are, or the attribute `api`
  const script = (document.currentScript ?? document.querySelector('script[src*="/widget/v1/"]')) as HTMLScriptElement | null;
  if (!customElements.get('chatbox-status')) defineChatbox(new URL(script?.src || location.href).origin);
  const { dataset } = script ?? {};
  if (dataset?.['site']) {
    const box = document.createElement('chatbox-status');
    for (const name in dataset) box.setAttribute(name, dataset[name] as string);
    const add = (): void => void document.body.append(box);
    if (document.body) add();
    else addEventListener('DOMContentLoaded', add, { once: true });
  }
} catch {
  // a page without the box is better than a broken page
}
