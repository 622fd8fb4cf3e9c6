/*
 * The widget: GET /widget/v1/widget.js. Defines <chatbox-status>; a script tag with `data-site` also puts one at the end of the page.
 * Nothing of it may ever disturb the page that it stands in.
 */
import { defineChatbox } from './chatbox-element.js';

try {
  // a module has no currentScript; then any of our scripts tells where we are
  const script = document.currentScript ?? document.querySelector('script[src*="/widget/v1/"]');
  const { src, dataset } = script as HTMLScriptElement;
  if (!customElements.get('chatbox-status')) defineChatbox(new URL(src).origin);
  if (dataset['site']) {
    const box = document.createElement('chatbox-status');
    for (const name in dataset) box.setAttribute(name, dataset[name] as string);
    const add = (): void => void document.body.append(box);
    if (document.body) add();
    else addEventListener('DOMContentLoaded', add, { once: true });
  }
} catch {
  // a page without the box is better than a broken page
}
