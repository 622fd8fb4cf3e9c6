import type { Instant } from '#domain/agent-presence/index';
import { type BegunPast, type BoxSubject, type Comparison, EffectOrder, type WhatIf } from '#domain/past/index';
import { type Fact, readFactsOfStream, type TenantLog } from './facts.js';
import type { Reading } from './reading.js';

/** So many facts are compared for one answer: some seconds. */
export const MOST_COMPARED = 300_000;
/** So many are a slice of a longer comparison, for whoever wants to hear how far it is. */
export const SLICE = 50_000;
const PAGE = 1_000;

/** There are more facts in a range than are compared for one answer. */
export class TooLong extends Error {
  override readonly name = 'TooLong';

  constructor() {
    super(`there are more than ${MOST_COMPARED} facts in this range`);
  }
}

/** What was compared, and up to where: the end of the range, or of a slice. */
export interface ComparedUntil {
  readonly comparison: Comparison;
  readonly until: Instant;
}

/** A comparison that begins at a place: what lies between it and the range is read as it was. */
export class Compared {
  private whatIf: WhatIf | undefined;

  /** @param hours see `hoursBefore` */
  constructor(
    private readonly of: BoxSubject,
    private readonly from: Instant,
    private readonly reading: Reading,
    private readonly hours: readonly Fact[],
    private readonly compare: (begun: BegunPast) => WhatIf,
  ) {}

  take(fact: Fact): void {
    if (fact.effectiveAt < this.from) this.reading.take(fact, fact.effectiveAt);
    else this.begun.take(fact);
  }

  end(to: Instant): Comparison {
    return this.begun.end(to);
  }

  private get begun(): WhatIf {
    const { reading, hours, of } = this;
    const lasting = reading.left(of).find(({ to }) => to === null);
    return (this.whatIf ??= this.compare({ boxes: reading.fold.boxes, cause: lasting?.cause, hours }));
  }
}

/** What a box's opening hours follow from, as it became true before an instant: few facts, and no place holds them. */
export async function hoursBefore(log: TenantLog, { siteId, groupId }: BoxSubject, at: Instant): Promise<Fact[]> {
  const order = new EffectOrder<Fact>();
  for (const streamId of [`site-${siteId}`, ...(groupId === null ? [] : [`group-${groupId}`])]) {
    for await (const { facts } of readFactsOfStream(log, streamId, 0, PAGE)) for (const fact of facts) order.push(fact);
  }
  return order.rest().filter(({ effectiveAt }) => effectiveAt < at);
}
