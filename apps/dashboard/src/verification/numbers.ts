import { maker } from '../i18n/format.js';

/** `1,234,567`. */
export function counted(count: number): string {
  return maker('counted', (l) => new Intl.NumberFormat(l, { maximumFractionDigits: 0 })).format(count);
}

/** `23 Nov 2026, 10:12:03.250`: rows differ by less than a second. `at`: ms since epoch, in the browser's zone. */
export function precisely(at: number): string {
  const options = { dateStyle: undefined, year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const;
  return maker('precisely', (l) => new Intl.DateTimeFormat(l, options)).format(at);
}
