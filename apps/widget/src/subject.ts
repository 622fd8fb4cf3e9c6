/** Which box, for whom. */
export interface Subject {
  /** Origin of the service, without a slash at its end. */
  readonly api: string;
  readonly site: string;
  readonly group: string;
  readonly lang: string;
  /** '' while the visitor has not written: then the service is told nothing that tells visitors apart. */
  readonly visitor: string;
}

/** Where the site's part of the API begins. */
export const siteUrl = ({ api, site }: Subject): string => `${api}/widget/v1/sites/${encodeURIComponent(site)}/`;

/** Storages throw when a browser keeps nothing, already when they are named; a full one throws when it is written to. */
export const sessionStore = (): Storage => sessionStorage;
export const localStore = (): Storage => localStorage;

/** Where the talk of a visitor is kept. */
export const talkName = ({ site }: Subject): string => `chatbox ${site}`;

/** What was kept under this name; null if nothing was, or nothing of ours. */
export function recall<T>(store: () => Storage, name: string): T | null {
  try {
    return JSON.parse(store().getItem(name) ?? 'null') as T;
  } catch {
    return null;
  }
}

/** Keeps it if the browser keeps anything: it is only convenience. */
export function keep(store: () => Storage, name: string, value: unknown): void {
  try {
    store().setItem(name, JSON.stringify(value));
  } catch {
    // full, or forbidden
  }
}
