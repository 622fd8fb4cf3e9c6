import type { Status } from '#domain/agent-presence/index';

/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;

/** What one box shows: a site's own (groupId null) or a group's on that site. */
export interface BoxRow {
  readonly tenantId: string;
  readonly siteId: string;
  readonly groupId: string | null;
  readonly status: Status;
  readonly since: Instant;
  /** Value of the site's counter when this box last changed. */
  readonly version: number;
  /** The known future from schedules and timers; null while nothing is known. */
  readonly next: { readonly at: Instant; readonly status: Status } | null;
  /** Tombstone of a deleted group. */
  readonly removed: boolean;
}

/** A site as the widget's door needs it. */
export interface SiteRow {
  readonly tenantId: string;
  readonly siteId: string;
  readonly partition: number;
  readonly key: string;
  readonly origins: readonly string[];
  readonly timeZone: string;
  readonly version: number;
  readonly removed: boolean;
}

/** Who or what caused a change: the event, and the actor's kind and id. */
export interface Cause {
  readonly eventId: string;
  readonly type: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly reason?: string;
}

/** A row of the shown log: evidence of what visitors saw, never changed and never rebuilt (behaviour D25). */
export interface ShownRow {
  readonly partition: number;
  /** Dense per partition from 1. */
  readonly seq: number;
  /** Message id of its SiteStatusChanged. */
  readonly eventId: string;
  readonly tenantId: string;
  readonly siteId: string;
  readonly groupId: string | null;
  readonly status: Status;
  readonly before: Status | null;
  readonly since: Instant;
  readonly version: number;
  readonly removed: boolean;
  /** recordedAt of the cause: from when visitors could see it. */
  readonly shownFrom: Instant;
  readonly cause: Cause;
}

/** A stretch of one status; `to` null: it still lasts. */
export interface StatusInterval {
  readonly status: Status;
  readonly from: Instant;
  readonly to: Instant | null;
  readonly cause: Cause;
}

