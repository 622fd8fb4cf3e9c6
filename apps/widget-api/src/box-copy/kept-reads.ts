import { LRUCache } from 'lru-cache';
import type { Instant } from '#read-model';

export const NEVER = Number.NEGATIVE_INFINITY;

/** What was read, and the reading under way if there is one. */
export interface KeptRead<T> {
  value: T;
  /** When it was asked for; `NEVER`: it has not been read yet. */
  at: Instant;
  loading: Promise<void> | null;
  /** Somebody goes without an answer until this has been read. */
  awaited: boolean;
}

/** Entries kept; what nobody has asked for longest goes first. */
const MOST_KEPT = 10_000;

/** Things read from Postgres, kept for as long as whoever asks finds them new enough. One reading of a thing at a time. */
export class KeptReads<T> {
  private readonly entries = new LRUCache<string, KeptRead<T>>({ max: MOST_KEPT });

  constructor(
    private readonly none: T,
    /** Told, after a reading that somebody waited for, whose it is, whether it succeeded or not. */
    private readonly onRead: (tenantId: string) => void,
    private readonly onFault: (err: unknown) => void,
  ) {}

  /** What is kept of a key, if anything. */
  peek(key: string): T | undefined {
    return this.entries.get(key)?.value;
  }

  /** The entry of a tenant's key, which begins to be read again if it is older than `maxAge` ms, or not good enough. */
  take(
    key: string,
    tenantId: string,
    now: Instant,
    maxAge: number,
    load: () => Promise<T>,
    goodEnough: (value: T) => boolean = () => true,
  ): KeptRead<T> {
    const entry = this.entries.get(key) ?? this.make(key);
    if (entry.loading === null && (now - entry.at > maxAge || !goodEnough(entry.value))) {
      entry.loading = load()
        .then((value) => Object.assign(entry, { value, at: now }))
        .catch(this.onFault)
        .then(() => {
          const { awaited } = entry;
          Object.assign(entry, { loading: null, awaited: false });
          if (awaited) this.onRead(tenantId);
        });
    }
    return entry;
  }

  private make(key: string): KeptRead<T> {
    const entry: KeptRead<T> = { value: this.none, at: NEVER, loading: null, awaited: false };
    this.entries.set(key, entry);
    return entry;
  }
}
