import { type Availability, AvailabilityCount, type Detailed, type Period } from '#domain/past/index';
import { tellFacts, type TenantLog } from './facts.js';

/** How a site, its groups and the tenant's agents spent the periods, which cut a range without gaps (behaviour D24). */
export async function reportAvailability(log: TenantLog, siteId: string, periods: readonly Period[], detailed: Detailed): Promise<Availability> {
  const end = periods.at(-1)?.to ?? -Infinity;
  return (await tellFacts(log, end, () => new AvailabilityCount(siteId, periods, detailed))).end();
}
