import type { Instant } from '../agent-presence/status.js';
import type { BoxEvent } from '../box-status/apply-event.js';
import type { GapEnd } from '../tenant-settings/events.js';
import type { Site } from '../tenant-settings/site.js';

/** A time in which nobody was there although the box of the site (`groupId` null) or of a group on it was meant to be open, as it was told. */
export interface CoverageGap {
  readonly groupId: string | null;
  readonly from: Instant;
  /** null: it lasted at the end of what was read. */
  readonly to: Instant | null;
  readonly because: GapEnd | null;
}

/** Gathers the gaps of a site that were told (behaviour case 56). Facts come in the order in which they became true. */
export class CoverageGaps {
  private readonly over: CoverageGap[] = [];
  private readonly open = new Map<string | null, CoverageGap>();

  /** @param site as it was before the first fact that will come; undefined: it was not there */
  constructor(
    private readonly siteId: string,
    site?: Site,
  ) {
    if (site?.standing !== 'present') return;
    for (const [scope, { since, open }] of Object.entries(site.gaps ?? {})) {
      const groupId = scope === '' ? null : scope;
      if (open) this.open.set(groupId, { groupId, from: since, to: null, because: null });
    }
  }

  take({ type, data, effectiveAt }: BoxEvent): void {
    if ((type !== 'CoverageLost' && type !== 'CoverageRestored') || data.siteId !== this.siteId) {
      if (type === 'SiteRemoved' && data.siteId === this.siteId) for (const { groupId } of this.open.values()) this.end(groupId, effectiveAt, 'removed');
      return;
    }
    const { groupId, since } = data;
    if (type === 'CoverageLost') this.open.set(groupId, { groupId, from: Date.parse(since), to: null, because: null });
    else this.end(groupId, effectiveAt, data.because);
  }

  /** Those that reach into [from, to), by when they began. */
  within(from: Instant, to: Instant): CoverageGap[] {
    const all = [...this.over, ...this.open.values()];
    return all.filter((gap) => gap.from < to && (gap.to === null || gap.to > from)).sort((a, b) => a.from - b.from);
  }

  private end(groupId: string | null, to: Instant, because: GapEnd): void {
    const gap = this.open.get(groupId);
    if (!gap) return;
    this.open.delete(groupId);
    this.over.push({ ...gap, to, because });
  }
}
