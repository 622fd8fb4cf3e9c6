import { notFound, Problem } from '#http-kit';
import type { CachedSite } from './box-copy/box-copy.js';
import type { CopyKeeper } from './box-copy/keep-copy.js';
import { RowsUnavailable } from './box-copy/turns.js';

/** The site of a key. Refuses: `not-found`; `store-unavailable` if it is not in the copy and Postgres does not answer. */
export async function siteOrProblem(keeper: CopyKeeper, siteKey: string): Promise<CachedSite> {
  const site = await keeper.load(siteKey).catch((cause: unknown) => {
    if (!(cause instanceof RowsUnavailable)) throw cause;
    throw new Problem('store-unavailable', 'The status of this site cannot be read at the moment. Try again shortly.', {}, { cause });
  });
  if (!site) throw notFound();
  return site;
}
