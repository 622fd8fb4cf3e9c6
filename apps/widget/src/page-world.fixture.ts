import type { WidgetStatus } from '#contract';
import type { Answer, StreamEars, TabMessage, World } from './world.js';

export const frame = (version: number, over: Partial<WidgetStatus> = {}): WidgetStatus => ({
  ...{ status: 'online', since: '2026-03-02T08:00:00.000Z', version, next: null },
  ...over,
});

/** 2026-03-02T12:00Z, the service's clock when a world begins. */
export const NOON = Date.UTC(2026, 2, 2, 12);

interface Due {
  readonly at: number;
  readonly fn: () => void;
}

/** Time, a service and a browser for several tabs; nothing happens by itself. */
export class PageWorld {
  time = 0;
  /** Every stream that was opened, those that were hung up or failed included. */
  readonly streams: (StreamEars & { open: boolean; readonly tab: number })[] = [];
  asked = 0;
  answer: () => Answer = () => ({ kind: 'nothing', at: NaN });
  hasStreams = true;
  hasLocks = true;
  kept: { frame: WidgetStatus; age: number } | null = null;
  private dues: Due[] = [];
  private readonly tabs = new Map<number, (message: TabMessage) => void>();
  private readonly queue: { tab: number; lead: () => void }[] = [];
  private count = 0;

  /** The service's clock. */
  get serverTime(): number {
    return NOON + this.time;
  }

  get open(): (StreamEars & { open: boolean; readonly tab: number })[] {
    return this.streams.filter(({ open }) => open);
  }

  /** The newest stream that is open. Throws if there is none. */
  get stream(): StreamEars {
    const last = this.open.at(-1);
    if (!last) throw new Error('no stream is open');
    return last;
  }

  /** A tab of this browser. `offset`: what its own clock shows at the begin of the world. */
  tab(offset = 0): World {
    const tab = this.count++;
    return {
      now: () => this.time + offset,
      after: (ms, fn) => {
        const due = { at: this.time + ms, fn };
        this.dues.push(due);
        return () => void (this.dues = this.dues.filter((one) => one !== due));
      },
      random: () => 0.5,
      stream: (ears) => {
        if (!this.hasStreams) return null;
        const own = { ...ears, open: true, tab, failed: () => ((own.open = false), ears.failed()) };
        this.streams.push(own);
        return () => (own.open = false);
      },
      ask: async () => {
        this.asked++;
        return this.answer();
      },
      tabs: (hear) => ({
        join: (lead) => {
          if (!this.hasLocks) return lead();
          this.tabs.set(tab, hear);
          this.queue.push({ tab, lead });
          if (this.queue.length === 1) lead();
        },
        say: (message) => {
          if (!this.tabs.has(tab)) return;
          for (const [other, ear] of this.tabs) if (other !== tab) ear(message);
        },
        leave: () => {
          this.tabs.delete(tab);
          const place = this.queue.findIndex((one) => one.tab === tab);
          if (place >= 0) this.queue.splice(place, 1);
          if (place === 0) this.queue[0]?.lead();
        },
      }),
      recall: () => this.kept,
      keep: (newest) => void (this.kept = { frame: newest, age: 0 }),
    };
  }

  /** A tab that hears and answers nothing, as one that is frozen with the lead. */
  freezeLeader(): void {
    const [leader] = this.queue;
    if (leader) this.tabs.delete(leader.tab);
  }

  /** Lets time pass; what falls due happens in order, and what was asked is answered. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await settled();
      const next = this.dues.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.dues = this.dues.filter((one) => one !== next);
      this.time = Math.max(this.time, next.at);
      next.fn();
    }
    this.time = end;
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
