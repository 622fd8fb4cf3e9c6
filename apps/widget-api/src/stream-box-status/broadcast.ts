import type { Clock } from '#clock';
import { rfc3339 } from '#contract';
import { COMMENT_PING, frame, type SseReader } from '#http-kit';
import { type Answer, answerFor } from '../box-copy/answers.js';
import type { CachedSite } from '../box-copy/box-copy.js';
import type { CopyKeeper } from '../box-copy/keep-copy.js';
import { BEING_READ, type VisitorHolds } from '../box-copy/visitor-holds.js';
import { freshnessAt } from '../box-copy/freshness.js';

/** Readers written to before the event loop gets its turn: some 5 ms of work (targets P5). */
const SLICE = 500;
/** How late a frame may be for what nobody tells: `next` passing, the copy turning stale or fresh. Milliseconds. */
const LOOK_MS = 250;
/** Proxies close what is silent for 30 s or more (contract: comment pings). Milliseconds. */
const PING_MS = 20_000;

/** All readers of one box: they get the same bytes. */
interface Audience {
  readonly site: CachedSite;
  readonly group: string | null;
  /** Asks as this visitor, who may see something else than everybody (behaviour D17). */
  readonly visitor: string | null;
  /** Every reader with the frame it was given last. */
  readonly readers: Map<SseReader, Buffer>;
  answer: Answer;
  frame: Buffer;
  writing: boolean;
}

/**
 * Tells every reader of a box what it shows: at once when it opens, and again whenever any field of the payload changes (behaviour D22).
 * A frame is made once and written as the same bytes to all readers of the box; a slow reader has at most one frame waiting.
 */
export class Broadcast {
  private readonly bySite = new Map<CachedSite, Map<string, Audience>>();
  /** Readers that are told the time instead of a comment. */
  private readonly timed = new WeakSet<SseReader>();
  private count = 0;
  /** Frames of a status given to readers, snapshots included. */
  frames = 0;
  private readonly undo: (() => void)[] = [];

  constructor(
    private readonly keeper: CopyKeeper,
    private readonly clock: Clock,
    private readonly holds?: VisitorHolds,
  ) {}

  start(): void {
    this.keeper.onChange((changed) => {
      for (const site of changed) for (const audience of this.bySite.get(site)?.values() ?? []) this.refresh(audience);
    });
    this.holds?.onRead((tenantId) => {
      for (const [site, audiences] of this.bySite) {
        if (site.tenantId === tenantId) for (const audience of audiences.values()) if (audience.visitor !== null) this.refresh(audience);
      }
    });
    const look = setInterval(() => this.look(), LOOK_MS);
    const ping = setInterval(() => void this.ping(), PING_MS);
    this.undo.push(
      () => clearInterval(look),
      () => clearInterval(ping),
    );
  }

  stop(): void {
    for (const undo of this.undo.splice(0)) undo();
  }

  get readers(): number {
    return this.count;
  }

  /** Sends the snapshot, then every change until the reader closes. `timed`: pings are events that tell the time. */
  add(site: CachedSite, group: string | null, reader: SseReader, visitor: string | null = null, timed = false): void {
    const audience = this.audienceOf(site, group, visitor);
    if (!audience) return reader.close();
    this.refresh(audience);
    audience.readers.set(reader, audience.frame);
    this.count++;
    reader.onClose(() => this.remove(audience, reader));
    reader.send(audience.frame);
    this.frames++;
    if (!timed) return;
    this.timed.add(reader);
    reader.nudge(this.timePing());
  }

  private audienceOf(site: CachedSite, group: string | null, visitor: string | null): Audience | null {
    const audiences = this.bySite.get(site) ?? new Map<string, Audience>();
    const id = idOf(group, visitor);
    const known = audiences.get(id);
    if (known) return known;
    const answer = this.answerOf({ site, group, visitor });
    if (!answer) return null;
    const audience: Audience = { site, group, visitor, readers: new Map(), answer, frame: frameOf(answer), writing: false };
    audiences.set(id, audience);
    this.bySite.set(site, audiences);
    site.watchers++;
    return audience;
  }

  private remove(audience: Audience, reader: SseReader): void {
    const { site, group, visitor, readers } = audience;
    if (!readers.delete(reader)) return;
    this.count--;
    if (readers.size > 0) return;
    const audiences = this.bySite.get(site);
    audiences?.delete(idOf(group, visitor));
    if (audiences?.size === 0) this.bySite.delete(site);
    site.watchers--;
  }

  private answerOf({ site, group, visitor, answer: last }: Pick<Audience, 'site' | 'group' | 'visitor'> & { answer?: Answer }): Answer | null {
    const now = this.clock.now();
    const rightUntil = this.keeper.rightUntil(site.partition);
    const all = answerFor(site, group, now, rightUntil);
    if (all === null || visitor === null) return all;
    const own = this.holds?.answer(site, group, visitor, all, now, rightUntil);
    return (own === BEING_READ ? last : own) ?? all;
  }

  /** Pushes if the payload is another one now; a site that is gone ends its streams. */
  private refresh(audience: Audience): void {
    const answer = this.answerOf(audience);
    if (!answer) {
      for (const reader of [...audience.readers.keys()]) reader.close();
      return;
    }
    const same = answer.etag === audience.answer.etag;
    audience.answer = answer;
    if (same) return;
    audience.frame = frameOf(answer);
    void this.write(audience);
  }

  private look(): void {
    const now = this.clock.now();
    for (const [site, audiences] of this.bySite) {
      const freshness = freshnessAt(now, this.keeper.rightUntil(site.partition));
      for (const audience of audiences.values()) {
        const over = now >= audience.answer.holdsUntil || freshness !== audience.answer.freshness;
        // What a visitor in a conversation sees may change without a change of any row: the conversation ends, agents leave after closing time.
        if (over || audience.visitor !== null) this.refresh(audience);
      }
    }
  }

  /** Writes the newest frame to all readers, in slices. One that comes meanwhile is taken up by the rest of the round and a further one. */
  private async write(audience: Audience): Promise<void> {
    if (audience.writing) return;
    audience.writing = true;
    for (let begun: Buffer | null = null; begun !== audience.frame; ) {
      begun = audience.frame;
      await inSlices(audience.readers, (reader) => (this.frames += give(audience, reader)));
    }
    audience.writing = false;
  }

  private async ping(): Promise<void> {
    const time = this.timePing();
    for (const audiences of [...this.bySite.values()]) {
      for (const { readers } of [...audiences.values()]) await inSlices(readers, (reader) => reader.nudge(this.timed.has(reader) ? time : COMMENT_PING));
    }
  }

  private timePing(): Buffer {
    return frame({ event: 'ping', data: { at: rfc3339(this.clock.now()) } });
  }
}

function idOf(group: string | null, visitor: string | null): string {
  const id = group === null ? '' : `=${group}`;
  return visitor === null ? id : JSON.stringify([id, visitor]);
}

/** The bytes of a `status` frame. The id is the version, so that a reader who comes back can say what it saw last. */
function frameOf({ version, body }: Answer): Buffer {
  return Buffer.concat([Buffer.from(`event: status\nid: ${version}\ndata: `), body, Buffer.from('\n\n')]);
}

/** The newest frame, unless the reader has it or has left meanwhile. Gives how many frames that were. */
function give({ readers, frame }: Audience, reader: SseReader): number {
  const last = readers.get(reader);
  if (last === undefined || last === frame) return 0;
  readers.set(reader, frame);
  reader.send(frame);
  return 1;
}

async function inSlices(readers: ReadonlyMap<SseReader, Buffer>, write: (reader: SseReader) => unknown): Promise<void> {
  let written = 0;
  for (const reader of [...readers.keys()]) {
    write(reader);
    if (++written % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
