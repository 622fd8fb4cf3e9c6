/**
 * Seconds between two beats that a client is told (contract: AMPEL_HEARTBEAT_SECONDS; behaviour D8). The setting is made for the
 * default lease; a tenant with another lease gets lease/4 where that is less. Never more than half the lease, so one beat may get lost.
 */
export function heartbeatInterval(settings: { leaseSeconds: number; heartbeatSeconds: number }, leaseSeconds: number): number {
  return leaseSeconds === settings.leaseSeconds ? settings.heartbeatSeconds : Math.min(settings.heartbeatSeconds, leaseSeconds / 4);
}
