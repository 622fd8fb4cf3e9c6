import type { BoxStanding, Spent } from '#domain/past/index';

/** How long a box stood how, as reports tell it: ms in, seconds out (behaviour D24). */
export function boxSeconds(spent: Spent<BoxStanding>) {
  const offline = spent['outside-hours'] + spent.missed + spent.closed;
  return {
    onlineSeconds: spent.online / 1000,
    unattendedOnlineSeconds: spent.unattended / 1000,
    busySeconds: spent.busy / 1000,
    offlineSeconds: offline / 1000,
    outsideHoursSeconds: spent['outside-hours'] / 1000,
    missedSeconds: spent.missed / 1000,
  };
}
