import type { Instant } from '#domain/agent-presence/index';
import type { PastInterval } from '#domain/past/index';
import type { TenantLog } from './facts.js';
import type { BoxesOf, Found, Mark, Order, Place, Shelf, StateOf, Stretch, StretchesAsked } from './shelf.js';

interface Kept extends Mark {
  readonly knownUntil: Instant;
  /** As JSON, as it would be kept for long. */
  readonly told: string;
  readonly known: string;
  readonly over: readonly Stretch[];
}

/** Places in memory, for specs. */
export class MemoryShelf implements Shelf {
  private readonly tenants = new Map<string, Kept[]>();
  private no = 0;

  find<O extends Order>(log: TenantLog, order: O, at: Instant): Promise<Found<O>> {
    const all = this.of(log);
    const i = all.findLastIndex((place) => (order === 'told' ? place.toldUntil : place.knownUntil) <= at);
    const mark = all[i] ?? null;
    const state = () => Promise.resolve(mark && (JSON.parse(mark[order]) as StateOf[O]));
    const boxes = () => Promise.resolve(mark && (JSON.parse(mark[order]) as BoxesOf[O]));
    return Promise.resolve({ mark, state, boxes, next: all[i + 1]?.position ?? null, last: all.at(-1) ?? null });
  }

  marks(log: TenantLog, after: number): Promise<Mark[]> {
    return Promise.resolve(this.of(log).filter(({ position }) => position > after));
  }

  markBy(log: TenantLog, position: number): Promise<Mark | null> {
    return Promise.resolve(this.of(log).findLast((place) => place.position <= position) ?? null);
  }

  stretches(log: TenantLog, mark: Mark, { of, from, to, after, limit }: StretchesAsked): Promise<PastInterval[] | null> {
    if (!this.of(log).some(({ no }) => no === mark.no)) return Promise.resolve(null);
    const over = this.of(log).flatMap((place) => (place.position <= mark.position ? place.over : []));
    const found = over.filter(
      (one) =>
        one.of.siteId === of.siteId && one.of.groupId === of.groupId && one.to > from && one.from < to && (after === null || one.from > after),
    );
    return Promise.resolve(found.sort((a, b) => a.from - b.from).slice(0, limit));
  }

  add(log: TenantLog, behind: Mark | null, place: Place, over: readonly Stretch[]): Promise<Mark | null> {
    const all = this.of(log);
    if ((all.at(-1)?.no ?? null) !== (behind?.no ?? null)) return Promise.resolve(null);
    const { position, toldUntil, knownUntil } = place;
    const kept = { no: ++this.no, position, toldUntil, knownUntil, told: JSON.stringify(place.told), known: JSON.stringify(place.known), over };
    this.tenants.set(log.tenantId, [...all, kept]);
    return Promise.resolve(kept);
  }

  dropAfter(log: TenantLog, at: Instant): Promise<Mark | null> {
    const left = this.of(log).filter(({ toldUntil }) => toldUntil <= at);
    this.tenants.set(log.tenantId, left);
    return Promise.resolve(left.at(-1) ?? null);
  }

  private of({ tenantId }: TenantLog): Kept[] {
    return this.tenants.get(tenantId) ?? [];
  }
}
