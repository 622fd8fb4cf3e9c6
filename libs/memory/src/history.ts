import type { Instant } from '#domain/agent-presence/index';
import { type AgentSubject, type BoxSubject, IntervalTrack, PastFold, type PastInterval, type StatusTurn } from '#domain/past/index';
import { type Fact, factsKnownAt, type FactTaker, tellFacts, type TenantLog } from './facts.js';

/** A page of the history of a box or an agent. */
export interface PastAsked {
  readonly of: BoxSubject | AgentSubject;
  /** Half-open [from, to): intervals that reach into it. */
  readonly from: Instant;
  readonly to: Instant;
  /** The beginning of the last interval of the page before. */
  readonly after: Instant | null;
  readonly limit: number;
}

/** At most `limit` intervals, oldest first, and whether more follow. */
export interface PastPage {
  readonly intervals: readonly PastInterval[];
  readonly more: boolean;
}

/** What was so: by when facts became true, with all that is known now. */
export async function readPast(log: TenantLog, asked: PastAsked): Promise<PastPage> {
  const { page } = await tellFacts(log, Infinity, () => new PageTaker(asked), streamOf(asked));
  return page;
}

/** What was known of an agent: by when facts became known, up to now. */
export async function readKnownPast(log: TenantLog, asked: PastAsked & { readonly of: AgentSubject }): Promise<PastPage> {
  const taker = new PageTaker(asked, (fact) => fact.recordedAt);
  for await (const fact of factsKnownAt(log, Infinity, streamOf(asked))) {
    if (taker.done) break;
    taker.take(fact);
  }
  return taker.page;
}

/** An agent's status follows from the agent's own facts. */
function streamOf({ of }: PastAsked): string | undefined {
  return 'agentId' in of ? `agent-${of.agentId}` : undefined;
}

class PageTaker implements FactTaker {
  private readonly fold = new PastFold();
  private readonly track = new IntervalTrack();
  private readonly found: PastInterval[] = [];
  private over = false;

  constructor(
    private readonly asked: PastAsked,
    private readonly timeOf = (fact: Fact): Instant => fact.effectiveAt,
  ) {}

  get done(): boolean {
    return this.over || this.more;
  }

  take(fact: Fact): void {
    if (this.done) return;
    for (const turn of this.fold.apply(fact, this.timeOf(fact))) {
      if (isOf(turn, this.asked.of)) this.keep(this.track.turn(turn));
    }
  }

  get page(): PastPage {
    if (!this.done) for (const interval of this.track.rest()) this.keep(interval);
    return { intervals: this.found.slice(0, this.asked.limit), more: this.more };
  }

  private get more(): boolean {
    return this.found.length > this.asked.limit;
  }

  private keep(interval: PastInterval | undefined): void {
    if (!interval || this.done) return;
    const { from, to, after } = this.asked;
    if (interval.from >= to) this.over = true;
    else if ((interval.to === null || interval.to > from) && (after === null || interval.from > after)) this.found.push(interval);
  }
}

function isOf({ of }: StatusTurn, wanted: BoxSubject | AgentSubject): boolean {
  if ('agentId' in wanted) return 'agentId' in of && of.agentId === wanted.agentId;
  return 'siteId' in of && of.siteId === wanted.siteId && of.groupId === wanted.groupId;
}
