type Child = Node | string;

/** An element with its attributes (text is set as text, never as markup) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string>, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name] as string);
  made.append(...children);
  return made;
}

/** A line drawing of 24 by 24. */
export function icon(path: string): SVGElement {
  const make = (tag: string, name: string, value: string): SVGElement => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
    made.setAttribute(name, value);
    return made;
  };
  const svg = make('svg', 'viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(make('path', 'd', path));
  return svg;
}

/** Writes only what differs: a screen reader is not told the same again. */
export function put(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Colour and shape of a state; the words stand beside it. */
export const dot = (): HTMLElement => el('i', { class: 'dot', 'aria-hidden': 'true' });

/** A sheet needs no permission of the page's CSP. */
export function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
