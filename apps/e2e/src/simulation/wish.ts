/** What people ask for in a simulation. Plain words: neither the rules of the product nor those of the reference stand here. */
export type Wish =
  | { readonly kind: 'add tenant'; readonly tenantId: string; readonly plan: Plan }
  | { readonly kind: 'change plan'; readonly tenantId: string; readonly plan: Plan }
  | { readonly kind: 'add site'; readonly siteId: string }
  | { readonly kind: 'remove site'; readonly siteId: string }
  | { readonly kind: 'change origins'; readonly siteId: string; readonly origins: readonly string[] }
  | { readonly kind: 'add group'; readonly groupId: string }
  | { readonly kind: 'remove group'; readonly groupId: string }
  | { readonly kind: 'enable group'; readonly groupId: string; readonly enabled: boolean }
  | { readonly kind: 'add agent'; readonly agentId: string; readonly groupIds: readonly string[] }
  | { readonly kind: 'sign in'; readonly agentId: string; readonly sessionId: string }
  | {
      readonly kind: 'switch';
      readonly agentId: string;
      readonly sessionId: string;
      readonly status: Word;
      readonly expectedVersion?: number;
    }
  | { readonly kind: 'sign out'; readonly agentId: string; readonly sessionId: string; readonly goOffline: boolean }
  | { readonly kind: 'assign groups'; readonly agentId: string; readonly groupIds: readonly string[] }
  | { readonly kind: 'activate'; readonly agentId: string; readonly active: boolean }
  | { readonly kind: 'force offline'; readonly agentId: string; readonly reason: string }
  | { readonly kind: 'choose'; readonly agentId: string; readonly statusOnLogin: 'last' | 'online' | 'offline' }
  | { readonly kind: 'remove agent'; readonly agentId: string };

export type Plan = 'free' | 'standard' | 'pro';
export type Word = 'online' | 'busy' | 'offline';

/** A tenant of the simulation: everything it will ever have, by id. */
export interface Cast {
  readonly tenantId: string;
  readonly partition: number;
  readonly agentIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly siteIds: readonly string[];
}

/** The stream a wish concerns. */
export function streamIdOf(wish: Wish): string {
  if ('agentId' in wish) return `agent-${wish.agentId}`;
  if ('siteId' in wish) return `site-${wish.siteId}`;
  if ('groupId' in wish) return `group-${wish.groupId}`;
  return `tenant-${wish.tenantId}`;
}

/** The key that a site's snippet carries. */
export function keyOf(siteId: string): string {
  return `key-${siteId}`;
}

/** One wish on its way: sent once, or again with the same key when no answer came. */
export interface Request {
  readonly id: string;
  readonly cast: Cast;
  readonly wish: Wish;
  /** Without a key nobody sends it twice. */
  readonly withKey: boolean;
  readonly attempts: Attempt[];
}

/** What became of one sending of a request, as the caller got to know it. Versions are those of the stream. */
export interface Attempt {
  readonly sentAt: number;
  /** Version of the stream when it was sent. */
  readonly from: number;
  /** Version of the stream when it was answered. */
  to: number | null;
  /** The same key, but another body. */
  readonly altered: boolean;
  answer: Answer;
}

export type Answer =
  | { readonly kind: 'none' }
  | { readonly kind: 'done'; readonly version: number; readonly events: number; readonly position: number | null; readonly state: unknown }
  | { readonly kind: 'repeated'; readonly version: number; readonly state: unknown }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'conflict' | 'key reused' | 'unavailable' | 'unknown' };
