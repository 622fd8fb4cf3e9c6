import { LRUCache } from 'lru-cache';
import type { Instant } from '#read-model';

// Long enough that a page reloaded in anger costs one look-up a second, short enough that a new site is seen at once by a person.
const REMEMBERED_MS = 1_000;
const CAPACITY = 10_000;

/** Site keys that were looked up and not found a moment ago. Bounded: what nobody has asked for longest goes first. */
export class UnknownKeys {
  private readonly until = new LRUCache<string, Instant>({ max: CAPACITY });

  has(key: string, now: Instant): boolean {
    const until = this.until.get(key);
    if (until === undefined) return false;
    if (now < until && now >= until - REMEMBERED_MS) return true;
    this.until.delete(key);
    return false;
  }

  add(key: string, now: Instant): void {
    this.until.set(key, now + REMEMBERED_MS);
  }

  /** The site came into being. */
  delete(key: string): void {
    this.until.delete(key);
  }
}
