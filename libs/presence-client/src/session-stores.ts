import type { KeptSession, SessionStore } from './own-session.js';
import { webLocks } from './tab-locks.js';

/**
 * Keeps the session for all tabs of this origin that use the same name, also over a reload. Where tabs cannot agree on who rotates the
 * tokens (no Web Locks), each tab keeps one of its own.
 */
export function keptSession(name: string): SessionStore {
  return webLocks() ? inDatabase(name) : inThisTab(name);
}

/** IndexedDB: a read sees every write that ended before, of all tabs. localStorage does not promise that between processes. */
function inDatabase(name: string): SessionStore {
  const within = async <T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(ENTRIES);
    const database = await result(opening);
    return work(database).finally(() => database.close());
  };
  return {
    read: () =>
      within(async (database) => {
        const entries = database.transaction(ENTRIES).objectStore(ENTRIES);
        return (await result(entries.get(KEY) as IDBRequest<KeptSession | undefined>)) ?? null;
      }),
    write: (session) =>
      within(async (database) => {
        // strict: a refresh token that a crash brings back would count as stolen
        const transaction = database.transaction(ENTRIES, 'readwrite', { durability: 'strict' });
        const entries = transaction.objectStore(ENTRIES);
        if (session) entries.put(session, KEY);
        else entries.delete(KEY);
        await committed(transaction);
      }),
  };
}

function inThisTab(name: string): SessionStore {
  return {
    read: async () => JSON.parse(sessionStorage.getItem(name) ?? 'null') as KeptSession | null,
    write: async (session) => {
      if (session) sessionStorage.setItem(name, JSON.stringify(session));
      else sessionStorage.removeItem(name);
    },
  };
}

const ENTRIES = 'session';
const KEY = 'own';

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser keeps nothing'));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the browser keeps nothing'));
  });
}
