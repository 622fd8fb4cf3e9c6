import { frame, type SseReader } from '#http-kit';

/** Says that boxes, or who counts for them, may have changed. What they show now is asked for with GET /agent/v1/boxes. */
const BOXES = frame({ event: 'boxes', data: {} });

/** Between two nudges of a tenant at least, ms, and more for every stream: whoever is nudged asks, so all of them ask some 100 times a second. */
const APART_MS = 200;
const APART_MS_EACH = 10;
/** So many streams are told in one go; a pause between, ms, spreads what they ask. */
const AT_ONCE = 25;
const PAUSE_MS = 50;

interface Nudged {
  readonly readers: Set<SseReader>;
  /** Set while a nudge is not long ago; `again`: something happened since. */
  timer: NodeJS.Timeout | null;
  again: boolean;
}

/** Streams of agents that want to hear when boxes change, by tenant. The first change is told at once, those that follow together. */
export class BoxNudges {
  readonly #tenants = new Map<string, Nudged>();

  add(tenantId: string, reader: SseReader): void {
    let nudged = this.#tenants.get(tenantId);
    if (!nudged) {
      nudged = { readers: new Set(), timer: null, again: false };
      this.#tenants.set(tenantId, nudged);
    }
    const { readers } = nudged;
    readers.add(reader);
    reader.onClose(() => {
      readers.delete(reader);
      if (readers.size > 0 || this.#tenants.get(tenantId)?.readers !== readers) return;
      if (nudged.timer) clearTimeout(nudged.timer);
      this.#tenants.delete(tenantId);
    });
  }

  /** Something of the tenant's boxes may have changed. */
  ring(tenantId: string): void {
    const nudged = this.#tenants.get(tenantId);
    if (!nudged) return;
    if (nudged.timer) nudged.again = true;
    else this.#tell(nudged);
  }

  /** Something may have changed, nobody knows where. */
  ringAll(): void {
    for (const tenantId of this.#tenants.keys()) this.ring(tenantId);
  }

  #tell(nudged: Nudged): void {
    nudged.again = false;
    const readers = [...nudged.readers];
    const next = (from: number): void => {
      for (const reader of readers.slice(from, from + AT_ONCE)) if (!reader.closed) reader.nudge(BOXES);
      if (from + AT_ONCE < readers.length) setTimeout(next, PAUSE_MS, from + AT_ONCE).unref();
    };
    next(0);
    nudged.timer = setTimeout(() => {
      nudged.timer = null;
      if (nudged.again) this.#tell(nudged);
    }, APART_MS + APART_MS_EACH * readers.length);
    nudged.timer.unref();
  }
}
