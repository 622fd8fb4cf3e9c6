/** Signs of the person and the machine that a page gets as events. */
export type PageSign = 'stirred' | 'offline' | 'frozen';

/** Listens for them until the function it gives is called. An unload is no sign: it may be a reload (behaviour D11). */
export function watchPage(hear: (sign: PageSign) => void): () => void {
  const leave = new AbortController();
  const on = (target: EventTarget, event: string, sign: () => PageSign | null): void =>
    target.addEventListener(event, () => sayIfAny(sign()), { signal: leave.signal });
  const sayIfAny = (sign: PageSign | null): void => {
    if (sign) hear(sign);
  };
  on(document, 'visibilitychange', () => (document.visibilityState === 'visible' ? 'stirred' : null));
  for (const event of ['focus', 'pageshow', 'online']) on(window, event, () => 'stirred');
  on(window, 'offline', () => 'offline');
  on(document, 'freeze', () => 'frozen');
  on(document, 'resume', () => 'stirred');
  return () => leave.abort();
}

/** Whether somebody may see the page; timers of a hidden one are throttled to one a second, later to one a minute. */
export function isVisible(): boolean {
  return document.visibilityState === 'visible';
}
