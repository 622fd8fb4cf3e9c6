import type { ClientBase } from 'pg';

/** What a function of this room needs of a connection: the caller's transaction (or a pool, for a single read). */
export type Sql = Pick<ClientBase, 'query'>;

/** The words of `#domain` (Role, Plan, StatusOnLogin), repeated because this room may not know the domain. */
export type Role = 'owner' | 'manager' | 'auditor' | 'agent';
export type Plan = 'free' | 'standard' | 'pro';
/** What a plan includes; null as a number: without limit. */
export interface Entitlements {
  readonly agents: number | null;
  readonly groups: boolean;
  readonly hours: boolean;
  readonly historyDays: number | null;
  readonly support: boolean;
}
export type StatusOnLogin = 'last' | 'online' | 'offline';

/** Milliseconds since 1970-01-01T00:00Z of Postgres's clock (the pools of #database read timestamptz so). */
export type Instant = number;

export interface TenantRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** 0..63: where all streams of the tenant live. */
  readonly partition: number;
  readonly plan: Plan;
  /** As granted with the plan; null: its defaults. */
  readonly entitlements: Entitlements | null;
  /** Lease of a session opened from now on, seconds. */
  readonly leaseSeconds: number;
  readonly mobileHours: number;
  readonly conversationHoldMinutes: number;
  readonly messageRetentionDays: number;
  readonly removed: boolean;
}

export interface SiteRow {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly origins: string[];
  /** IANA name. */
  readonly timeZone: string;
  readonly removed: boolean;
}

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly removed: boolean;
}

export interface AgentRow {
  readonly id: string;
  /** Normalised: see `normaliseEmail`. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly active: boolean;
  readonly statusOnLogin: StatusOnLogin;
  /** Existing groups only, ascending. */
  readonly groupIds: string[];
  readonly removed: boolean;
}

export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Instant;
  /** Day (UTC) of the last use, e.g. `2026-11-22`; null = never used. */
  readonly lastUsedOn: string | null;
  readonly revoked: boolean;
}

/** The part of a list to read: at most `limit` rows with an id above `after` (ids ascend with their time of creation). */
export interface Page {
  readonly after: string | null;
  readonly limit: number;
}
