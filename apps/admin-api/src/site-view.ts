import { rfc3339, type SiteView } from '#contract';
import type { SiteRow } from '#directory';
import { modeOf, type Site } from '#domain/tenant-settings/index';

/** A site as admins see it: its row of the directory, and its mode as the log has it. */
export function siteViewOf({ id, key, name, origins, timeZone }: SiteRow, site: Pick<Site, 'mode'>): SiteView {
  const { mode, timer, reason } = modeOf(site);
  return {
    id,
    key,
    name,
    origins,
    timeZone,
    mode,
    ...(timer ? { modeUntil: rfc3339(timer.until) } : {}),
    ...(reason === undefined ? {} : { modeReason: reason }),
  };
}
