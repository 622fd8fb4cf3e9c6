import { type Instant, readBeacon, readBoxes, readCheckpoints, readNewerBoxes, readSiteByKey, type Sql } from '#read-model';
import type { LoadedSite, NewerRows } from './box-copy.js';

/** Where the rows come from. Every call rejects if Postgres cannot answer now. */
export interface RowSource {
  /** A site by its public key; null if there is none, or no longer. */
  readSite(key: string): Promise<LoadedSite | null>;
  readNewer(partition: number, sites: readonly { tenantId: string; siteId: string; version: number }[]): Promise<NewerRows>;
  readProgress(): Promise<Progress>;
}

/** How far the projector is, and when it last gave a sign of life (null: never yet). */
export interface Progress {
  readonly at: Instant | null;
  readonly positions: ReadonlyMap<number, number>;
}

// One statement of this many sites takes a few milliseconds; a partition rarely has more in one process.
const SITES_PER_QUERY = 1_000;

/** Reads from Postgres. `sql` sees every tenant: a visitor brings nothing but the site's key. */
export function postgresRows(sql: Sql): RowSource {
  return {
    async readSite(key) {
      // In this order: the rows may be newer than the position, never older (box-copy.ts, LoadedSite).
      const positions = await readCheckpoints(sql);
      const site = await readSiteByKey(sql, key);
      if (!site || site.removed) return null;
      return { position: positions.get(site.partition) ?? 0, site, boxes: await readBoxes(sql, site) };
    },
    async readNewer(partition, sites) {
      const position = (await readCheckpoints(sql)).get(partition) ?? 0;
      const found = { position, sites: [] as NewerRows['sites'][number][], boxes: [] as NewerRows['boxes'][number][] };
      for (let i = 0; i < sites.length; i += SITES_PER_QUERY) {
        const part = await readNewerBoxes(sql, sites.slice(i, i + SITES_PER_QUERY));
        found.sites.push(...part.sites);
        found.boxes.push(...part.boxes);
      }
      return found;
    },
    async readProgress() {
      const [positions, at] = await Promise.all([readCheckpoints(sql), readBeacon(sql)]);
      return { at, positions };
    },
  };
}
