import type { Instant } from '#domain/agent-presence/index';
import { applyEvent, emptyTenantBoxes, recount, type TenantBoxes } from '#domain/box-status/index';
import { overdueFacts, PastFold } from '#domain/past/index';
import type { Bookmarks } from './bookmarks.js';
import { factsKnownAt, tellFacts, type TenantLog } from './facts.js';

/** A fact becomes known within this time after the lease that it may have to wait for, ms (behaviour D9). */
const AFTER_THE_LEASE_MS = 10_000;

/** Whether nothing that is still on its way can change the answer about an instant (behaviour D25, architecture 6). */
export function isSettled(at: Instant, knownAt: Instant, leaseSeconds: number): boolean {
  return knownAt - at >= leaseSeconds * 1000 + AFTER_THE_LEASE_MS;
}

/**
 * A tenant at an instant that is over.
 * `actual`: as it was, by all that is known now, turns that are due and not yet in the log included. `shown`: as it was known then.
 * Everything is in it, also what was removed before; a site that was not there yet is missing. With `bookmarks` this process reads the log
 * whole only once.
 */
export async function recallTenant(log: TenantLog, at: Instant, as: 'actual' | 'shown', bookmarks?: Bookmarks): Promise<TenantBoxes> {
  if (as === 'shown') {
    const fold = new PastFold();
    for await (const fact of factsKnownAt(log, at)) fold.apply(fact);
    return fold.boxes;
  }
  const { boxes } = bookmarks ? await bookmarks.recall(log, at) : (await tellFacts(log, at, () => new Folding())).fold;
  for (const fact of overdueFacts(boxes, at)) applyEvent(boxes, fact);
  return boxes;
}

class Folding {
  readonly fold = new PastFold();

  take(fact: Parameters<PastFold['apply']>[0]): void {
    this.fold.apply(fact);
  }
}

/** The same without what was removed: what decides, and what the present is read as. */
export function withoutRemoved(boxes: TenantBoxes): TenantBoxes {
  const present = <T extends { readonly standing: string }>(all: ReadonlyMap<string, T>) => new Map([...all].filter(([, { standing }]) => standing !== 'removed'));
  const sites = new Map([...boxes.sites].filter(([, { site }]) => site.standing === 'present'));
  const then: TenantBoxes = { ...emptyTenantBoxes(), tenant: boxes.tenant, agents: present(boxes.agents), groups: present(boxes.groups), sites };
  recount(then);
  return then;
}
