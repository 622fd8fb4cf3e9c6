import type { Instant } from '../agent-presence/status.js';
import type { BoxEvent } from '../box-status/apply-event.js';
import type { TenantBoxes } from '../box-status/tenant-boxes.js';
import { modeOf } from '../tenant-settings/site-mode.js';

/**
 * What is known to have happened by an instant without being in the log yet: ends of statuses and modes for a while, turns of the opening
 * hours. The log gets them within a second, with the same times; whoever asks in between is not to be told otherwise. Ascending.
 */
export function overdueFacts(boxes: TenantBoxes, at: Instant): BoxEvent[] {
  const facts: BoxEvent[] = [];
  for (const agentId of boxes.timed) {
    const { timer, status: from, version } = boxes.agents.get(agentId)?.intent ?? {};
    if (!timer || timer.until > at || from === undefined || version === undefined) continue;
    facts.push({ type: 'StatusTimerEnded', data: { agentId, from, to: timer.restores, statusVersion: version + 1 }, effectiveAt: timer.until });
  }
  for (const { site } of boxes.sites.values()) {
    if (site.standing !== 'present') continue;
    const { siteId } = site;
    const { mode, timer } = modeOf(site);
    if (timer && timer.until <= at) {
      facts.push({ type: 'SiteModeChanged', data: { siteId, from: mode, to: timer.restores }, effectiveAt: timer.until });
    }
    for (const [key, { upcoming, because }] of Object.entries(site.openings ?? {})) {
      upcoming.forEach((turn, i) => {
        if (turn.at > at) return;
        const rest = upcoming.slice(i + 1).map((later) => ({ at: new Date(later.at).toISOString(), open: later.open }));
        const data = { siteId, groupId: key === '' ? null : key, because, upcoming: rest };
        facts.push({ type: turn.open ? 'OpeningStarted' : 'OpeningEnded', data, effectiveAt: turn.at });
      });
    }
  }
  return facts.sort((a, b) => a.effectiveAt - b.effectiveAt);
}
