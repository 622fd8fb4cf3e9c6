import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SseReader } from '#http-kit';
import type { Bus } from '#messaging';
import type { Logger } from '#observability';
import type { BoxRow, SiteRow } from '#read-model';
import { ManualClock } from '#testing';
import type { CachedSite } from '../box-copy/box-copy.js';
import { CopyKeeper } from '../box-copy/keep-copy.js';
import type { RowSource } from '../box-copy/row-source.js';
import { Broadcast } from './broadcast.js';

const site: SiteRow = {
  ...{ tenantId: 't1', siteId: 'shop', partition: 3, key: 'KEY', origins: [], timeZone: 'UTC', version: 1, removed: false },
};
const box = (version: number, over: Partial<BoxRow> = {}): BoxRow => ({
  ...{ tenantId: 't1', siteId: 'shop', groupId: null, status: 'offline', since: 0, version, next: null, removed: false },
  ...over,
});
const rows: RowSource = {
  readSite: () => Promise.resolve({ position: 0, site, boxes: [box(1), box(1, { groupId: 'DE' })] }),
  readNewer: () => Promise.resolve({ position: 0, sites: [], boxes: [] }),
  readProgress: () => Promise.resolve({ at: null, positions: new Map() }),
};

/** A reader that keeps what it was sent. */
class KeptFrames implements SseReader {
  frames: Buffer[] = [];
  pings = 0;
  nudges: string[] = [];
  closed = false;
  private closing: (() => void)[] = [];
  send(frame: Buffer): void {
    this.frames.push(frame);
  }
  nudge(frame: Buffer): void {
    this.pings++;
    this.nudges.push(String(frame));
  }
  close(): void {
    this.closed = true;
    for (const fn of this.closing) fn();
  }
  onClose(fn: () => void): void {
    if (this.closed) fn();
    else this.closing.push(fn);
  }
  get statuses(): string[] {
    return this.frames.map((frame) => /"status":"(\w+)"/.exec(String(frame))?.[1] ?? '');
  }
}

describe('telling readers what a box shows', () => {
  const clock = new ManualClock();
  let keeper: CopyKeeper;
  let broadcast: Broadcast;
  let cached: CachedSite;
  let say: (body: object) => void;
  let position: number;

  beforeEach(async () => {
    jest.useFakeTimers();
    position = 0;
    const handlers = new Map<string, (body: never) => void>();
    const bus = {
      subscribe: (subject: string, fn: (body: never) => void) => (handlers.set(subject, fn), () => undefined),
      onReconnect: () => () => undefined,
    };
    keeper = new CopyKeeper(rows, clock, { debug: () => undefined } as unknown as Logger);
    keeper.start(bus as unknown as Bus);
    broadcast = new Broadcast(keeper, clock);
    broadcast.start();
    cached = (await keeper.load('KEY')) as CachedSite;
    handlers.get('beacon')?.({ at: clock.now(), positions: [] } as never);
    say = (body) => handlers.get('box.*')?.({ partition: 3, from: position, to: ++position, boxes: [], sites: [], ...body } as never);
  });
  afterEach(() => {
    broadcast.stop();
    keeper.stop();
    jest.useRealTimers();
  });

  function open(group: string | null = null): KeptFrames {
    const reader = new KeptFrames();
    broadcast.add(cached, group, reader);
    return reader;
  }

  it('begins with a snapshot that names event and version', () => {
    expect(String(open().frames[0])).toMatch(/^event: status\nid: 1\ndata: \{"status":"offline".*"version":1.*\}\n\n$/);
  });

  it('gives the same bytes to all readers of a box, and nothing to those of another', () => {
    const [a, b, de] = [open(), open(), open('DE')];
    say({ boxes: [box(2, { status: 'online' })] });
    expect(a.statuses).toEqual(['offline', 'online']);
    expect(a.frames[1]).toBe(b.frames[1]);
    expect(de.statuses).toEqual(['offline']);
  });

  it('says nothing when nothing in the payload changed', () => {
    const reader = open();
    say({ boxes: [box(1)] });
    say({ sites: [{ ...site, origins: ['https://new.example'] }] });
    expect(reader.frames).toHaveLength(1);
  });

  it('tells the readers of a deleted group the status of the site (case 29)', () => {
    const reader = open('DE');
    say({ boxes: [box(2, { status: 'online' }), box(2, { groupId: 'DE', removed: true })] });
    expect(String(reader.frames[1])).toContain('"group":{"id":"DE","found":false}');
    expect(reader.statuses).toEqual(['offline', 'online']);
  });

  it('tells the readers of a box that comes back to where it was, since its version moved', async () => {
    const reader = open();
    say({ boxes: [box(2, { status: 'online' })] });
    say({ boxes: [box(3, { status: 'offline' })] });
    await jest.advanceTimersByTimeAsync(0);
    expect(reader.statuses).toEqual(['offline', 'online', 'offline']);
  });

  it('pushes when the copy turns stale, and when it is fresh again', async () => {
    const reader = open();
    clock.advance(6_000);
    await jest.advanceTimersByTimeAsync(250);
    expect(String(reader.frames[1])).toContain('"stale":true');
  });

  it('pushes when `next` begins', async () => {
    say({ boxes: [box(2, { status: 'online', next: { at: clock.now() + 2_000, status: 'offline' } })] });
    const reader = open();
    clock.advance(2_000);
    await jest.advanceTimersByTimeAsync(250);
    expect(reader.statuses).toEqual(['online', 'offline']);
  });

  it('ends the streams of a removed site', () => {
    const reader = open();
    say({ sites: [{ ...site, removed: true }] });
    expect(reader.closed).toBe(true);
    expect(broadcast.readers).toBe(0);
  });

  it('yields between slices of readers, and gives those that are late only the newest frame', async () => {
    const readers = Array.from({ length: 1_200 }, () => open());
    say({ boxes: [box(2, { status: 'online' })] });
    expect(readers.filter(({ frames }) => frames.length === 2)).toHaveLength(500);
    say({ boxes: [box(3, { status: 'busy' })] });
    await jest.advanceTimersByTimeAsync(10);
    expect(readers.every(({ statuses }) => statuses.at(-1) === 'busy')).toBe(true);
    expect(readers.at(0)?.statuses).toEqual(['offline', 'online', 'busy']);
    expect(readers.at(-1)?.statuses).toEqual(['offline', 'busy']);
  });

  it('tells a page that asks for it the time of the service, after the snapshot and instead of every comment', async () => {
    const [plain, page] = [open(), new KeptFrames()];
    broadcast.add(cached, null, page, null, true);
    const time = `event: ping\ndata: {"at":"${new Date(clock.now()).toISOString()}"}\n\n`;
    expect([page.frames.length, page.nudges, plain.nudges]).toEqual([1, [time], []]);
    await jest.advanceTimersByTimeAsync(20_000);
    expect([page.nudges, plain.nudges]).toEqual([[time, time], [': ping\n\n']]);
  });

  it('pings, and forgets a box when its last reader left', async () => {
    const [a, b] = [open(), open()];
    expect(cached.watchers).toBe(1);
    await jest.advanceTimersByTimeAsync(20_000);
    expect([a.pings, b.pings]).toEqual([1, 1]);
    a.close();
    expect(cached.watchers).toBe(1);
    b.close();
    expect(cached.watchers).toBe(0);
    expect(broadcast.readers).toBe(0);
  });
});
