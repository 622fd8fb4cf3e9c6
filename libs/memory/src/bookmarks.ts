import { LRUCache } from 'lru-cache';
import type { Instant } from '#domain/agent-presence/index';
import { copyTenantBoxes } from '#domain/box-status/index';
import { CameTooLate, EffectOrder, PastFold } from '#domain/past/index';
import { type Fact, readFacts, type TenantLog } from './facts.js';

/** Tenants whose bookmarks are kept, those asked for last. */
const TENANTS = 16;
/** What the bookmarks of a tenant may hold together: agents, groups and boxes, each counted as one. Some 10 MB. */
const HELD_BY_TENANT = 150_000;
/** Facts from one bookmark to the next; more where there are more agents, and where the log is longer. */
const APART = 1_000;
/** Facts mostly become known within seconds. One that comes later makes a tenant's bookmarks begin anew, with a longer wait. */
const USUAL_LATENESS_MS = 60_000;

/**
 * Places in the logs of some tenants, with what was so there: whoever asks for an instant reads on from the place before it. They are of this
 * process, and only save reading: each answer first takes up what the log has got since, so none of them is ever older than the log.
 */
export class Bookmarks {
  private readonly tenants = new LRUCache<string, TenantBookmarks>({ max: TENANTS });

  /** The fold of what was true by an instant, by all that is known now. The caller may go on with it. */
  recall(log: TenantLog, at: Instant): Promise<PastFold> {
    const known = this.tenants.get(log.tenantId) ?? new TenantBookmarks();
    this.tenants.set(log.tenantId, known);
    return known.recall(log, at);
  }
}

class TenantBookmarks {
  private head = Place.first(USUAL_LATENESS_MS);
  private places: Place[] = [];
  private apart = APART;
  private horizon = USUAL_LATENESS_MS;
  /** One question after the other: they share the head. */
  private last: Promise<unknown> = Promise.resolve();

  recall(log: TenantLog, at: Instant): Promise<PastFold> {
    const asked = this.last.then(() => this.answer(log, at));
    this.last = asked.catch(() => undefined);
    return asked;
  }

  private async answer(log: TenantLog, at: Instant): Promise<PastFold> {
    await this.takeUpTheLog(log);
    if (this.head.reached <= at) return this.head.copy().upTo(at);
    // Nothing came later than the horizon: what the head has given out is all there is before it.
    const from = (this.places.findLast((place) => place.reached <= at) ?? Place.first(this.horizon)).copy();
    for await (const fact of readFacts(log, undefined, from.position)) if (!from.take(fact, at)) break;
    return from.upTo(at);
  }

  private async takeUpTheLog(log: TenantLog): Promise<void> {
    for (;;) {
      try {
        for await (const fact of readFacts(log, undefined, this.head.position)) {
          this.head.take(fact);
          if (this.head.facts - (this.places.at(-1)?.facts ?? 0) >= this.apart) this.bookmark();
        }
        return;
      } catch (error) {
        if (!(error instanceof CameTooLate)) throw error;
        this.horizon = Math.max(2 * this.horizon, error.lateByMs + 1);
        this.places = [];
        this.head = Place.first(this.horizon);
      }
    }
  }

  private bookmark(): void {
    this.places.push(this.head.copy());
    while (this.places.length > 1 && this.places.reduce((sum, { weight }) => sum + weight, 0) > HELD_BY_TENANT) {
      this.places = this.places.filter((_, i) => i % 2 === 1);
      this.apart *= 2;
    }
  }
}

/** A place in a log: how far it was read, what was folded of it, and what still waits for its turn. */
class Place {
  private constructor(
    private readonly order: EffectOrder<Fact>,
    private readonly fold: PastFold,
    /** Position up to which the log was read. */
    public position: number,
    /** Facts folded. */
    public facts: number,
    /** When the last of them became true. */
    public reached: Instant,
  ) {}

  static first(horizonMs: number): Place {
    return new Place(new EffectOrder<Fact>(horizonMs), new PastFold(), 0, 0, -Infinity);
  }

  copy(): Place {
    return new Place(this.order.copy(), new PastFold(copyTenantBoxes(this.fold.boxes)), this.position, this.facts, this.reached);
  }

  get weight(): number {
    const { agents, groups, sites } = this.fold.boxes;
    return agents.size + groups.size * (1 + sites.size) + sites.size;
  }

  /** Takes the next fact of the log; folds what has its turn, up to an instant. False: everything up to it is folded. */
  take(fact: Fact, at = Infinity): boolean {
    const ready = this.order.push(fact);
    this.position = fact.position;
    return this.tell(ready, at);
  }

  /** At the end of what had to be read: what waits and was true by then. */
  upTo(at: Instant): PastFold {
    this.tell(this.order.rest(), at);
    return this.fold;
  }

  private tell(facts: readonly Fact[], at: Instant): boolean {
    for (const fact of facts) {
      if (fact.effectiveAt > at) return false;
      this.fold.apply(fact);
      this.facts += 1;
      this.reached = fact.effectiveAt;
    }
    return true;
  }
}
