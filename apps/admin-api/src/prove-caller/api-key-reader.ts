import { Inject, Injectable } from '@nestjs/common';
import { type Pools, POOLS, withTenant } from '#database';
import { findLiveApiKey, noteApiKeyUse, secretMatches } from '#directory';
import { Authentication, type Principal } from '#http-kit';

/** `ak_<tenant>_<key>_<secret>`: ids have no underscore, secrets are 64 hexadecimal digits. */
const API_KEY = /^ak_([^_]{1,100})_([^_]{1,100})_([0-9a-f]{64})$/;

/**
 * Who calls with an API key. Asked of the directory at every request and kept nowhere: a revoked key opens nothing from the commit on, in
 * every process, with the bus or without it. There is no staleness to bound; the look-up costs a millisecond on a door that is not hot.
 */
@Injectable()
export class ApiKeyReader {
  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    authentication: Authentication,
  ) {
    authentication.register((token) => this.read(token));
  }

  private async read(token: string): Promise<Principal | null> {
    const [, tenantId, id, secret] = API_KEY.exec(token) ?? [];
    if (tenantId === undefined || id === undefined || secret === undefined) return null;
    const key = await withTenant(this.pools, tenantId, async (sql) => {
      const found = await findLiveApiKey(sql, tenantId, id);
      if (!found || !secretMatches(secret, found.secretHash)) return null;
      if (found.unusedToday) await noteApiKeyUse(sql, tenantId, id);
      return found;
    });
    if (!key) return null;
    return { kind: 'api-key', id, tenantId, partition: key.partition, role: key.role };
  }
}
