import type { Bus, RelayFeed } from '#messaging';

/** Injection token of the outboxes that this process empties: one per slice. */
export const OUTBOXES = Symbol('OUTBOXES');

/** Facts of one kind that wait in Postgres to be published. */
export interface Outbox {
  /** For logs and metrics. */
  readonly name: string;
  /** Fourth token of the subjects they are published on. */
  readonly kind: string;
  readonly feed: RelayFeed;
  /** Calls `ring` when somebody says that something was committed, up to `position` if they say so. Gives the function that ends it. */
  listen(bus: Bus, ring: (partition: number, position?: number) => void): () => void;
}
