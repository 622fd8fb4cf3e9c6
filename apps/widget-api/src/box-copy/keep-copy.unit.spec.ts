import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Logger } from '#observability';
import type { BoxRow } from '#read-model';
import { ManualClock } from '#testing';
import type { BoxMessage, CachedSite, LoadedSite } from './box-copy.js';
import { CopyKeeper } from './keep-copy.js';
import type { RowSource } from './row-source.js';
import { shownAt } from './shown-status.js';
import { RowsUnavailable } from './turns.js';

const silent = { debug: () => undefined } as unknown as Logger;
const box = (version: number, over: Partial<BoxRow> = {}): BoxRow => ({
  ...{ tenantId: 't1', siteId: 'shop', groupId: null, status: 'offline', since: 0, version, next: null, removed: false },
  ...over,
});
const site = { tenantId: 't1', siteId: 'shop', partition: 3, key: 'KEY', origins: [], timeZone: 'UTC', version: 1, removed: false };

/** Rows that can be away, and a bus that one speaks into. */
class World implements RowSource {
  readonly clock = new ManualClock();
  position = 5;
  sign: number | null = null;
  boxes = [box(1)];
  away = false;
  asked: string[] = [];
  handlers = new Map<string, (body: never) => void>();
  reconnected: () => void = () => undefined;
  readonly keeper = new CopyKeeper(this, this.clock, silent, 100);

  readSite(key: string): Promise<LoadedSite | null> {
    return this.answer(`site ${key}`, () => (key === 'KEY' ? { position: this.position, site, boxes: this.boxes } : null));
  }
  readNewer() {
    return this.answer('newer', () => ({ position: this.position, sites: [site], boxes: this.boxes }));
  }
  readProgress() {
    return this.answer('progress', () => ({ at: this.sign, positions: new Map([[3, this.position]]) }));
  }
  say(subject: 'box.*' | 'beacon', body: unknown): void {
    this.handlers.get(subject)?.(body as never);
  }
  beacon(): void {
    this.say('beacon', { at: this.clock.now(), positions: [-1, 0, 0, this.position] });
  }
  start(): void {
    this.keeper.start({
      subscribe: (subject: string, handler: unknown) => {
        this.handlers.set(subject, handler as (body: never) => void);
        return () => undefined;
      },
      onReconnect: (then: () => void) => {
        this.reconnected = then;
        return () => undefined;
      },
    });
  }
  private async answer<T>(what: string, give: () => T): Promise<T> {
    this.asked.push(what);
    await Promise.resolve();
    if (this.away) throw new Error('Postgres is away');
    return give();
  }
}

const status = (cached: CachedSite | null): string | undefined => cached?.boxes.get('')?.status;
const message = (from: number, to: number, ...boxes: BoxRow[]): BoxMessage => ({ partition: 3, from, to, boxes, sites: [] });

describe('keeping the copy current', () => {
  let world: World;
  beforeEach(() => {
    jest.useFakeTimers();
    world = new World();
    world.start();
  });
  afterEach(() => {
    world.keeper.stop();
    jest.useRealTimers();
  });

  async function pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 500) {
      world.clock.advance(500);
      await jest.advanceTimersByTimeAsync(500);
    }
  }

  it('loads a site once, however many ask at the same time', async () => {
    const [a, b] = await Promise.all([world.keeper.load('KEY'), world.keeper.load('KEY')]);
    expect(a).toBe(b);
    expect(world.asked.filter((what) => what === 'site KEY')).toHaveLength(1);
    expect(world.keeper.find('KEY')).toBe(a);
  });

  it('remembers for a second that a key is nobody’s', async () => {
    expect(await world.keeper.load('nobody')).toBeNull();
    expect(await world.keeper.load('nobody')).toBeNull();
    expect(world.asked.filter((what) => what === 'site nobody')).toHaveLength(1);
    world.clock.advance(1_000);
    expect(world.keeper.find('nobody')).toBeUndefined();
  });

  it('knows a new site at once when the projector tells of it', async () => {
    await world.keeper.load('NEW');
    world.say('box.*', { ...message(5, 6), sites: [{ ...site, siteId: 'new', key: 'NEW' }] });
    expect(world.keeper.find('NEW')).toBeUndefined();
  });

  it('tells its listeners what a message changed', async () => {
    const cached = await world.keeper.load('KEY');
    const told: unknown[] = [];
    world.keeper.onChange((changed) => told.push(...changed));
    world.say('box.*', message(5, 6, box(2, { status: 'online' })));
    expect(told).toEqual([cached]);
    expect(status(cached)).toBe('online');
  });

  it('reads what is newer when a message is missing', async () => {
    const cached = await world.keeper.load('KEY');
    world.position = 7;
    world.boxes = [box(3, { status: 'busy' })];
    world.say('box.*', message(6, 7));
    await pass(500);
    expect(world.asked).toContain('newer');
    expect(status(cached)).toBe('busy');
    expect(world.keeper.copy.behind()).toEqual([]);
  });

  it('reads what is newer when two beacons tell of something it has not heard', async () => {
    const cached = await world.keeper.load('KEY');
    world.position = 6;
    world.boxes = [box(2, { status: 'online' })];
    world.beacon();
    expect(world.asked).not.toContain('newer');
    await pass(1_000);
    world.beacon();
    await pass(500);
    expect(status(cached)).toBe('online');
  });

  it('asks Postgres each second while no beacon comes', async () => {
    const cached = await world.keeper.load('KEY');
    await pass(4_000);
    world.position = 6;
    world.boxes = [box(2, { status: 'online' })];
    await pass(1_000);
    expect(status(cached)).toBe('online');
  });

  it('does not ask Postgres while beacons come', async () => {
    await pass(1_000);
    world.beacon();
    world.asked = [];
    await pass(2_000);
    expect(world.asked).toEqual([]);
  });

  it('asks Postgres at once after a reconnection', async () => {
    await pass(500);
    world.asked = [];
    world.reconnected();
    expect(world.asked).toEqual(['progress']);
  });

  it('goes on serving what it has while Postgres is away, and cannot say anything about other sites', async () => {
    await world.keeper.load('KEY');
    world.away = true;
    await pass(1_000);
    expect(await world.keeper.load('KEY')).not.toBeNull();
    await expect(world.keeper.load('OTHER')).rejects.toThrow(RowsUnavailable);
  });

  it('tries again when Postgres is back', async () => {
    const cached = await world.keeper.load('KEY');
    world.away = true;
    world.position = 7;
    world.boxes = [box(3, { status: 'busy' })];
    world.say('box.*', message(6, 7));
    await pass(500);
    world.away = false;
    await pass(2_000);
    expect(status(cached)).toBe('busy');
  });

  it('is right until the projector’s newest sign, or until something was missed', async () => {
    await world.keeper.load('KEY');
    world.beacon();
    expect(world.keeper.rightUntil(3)).toBe(world.clock.now());
    world.away = true;
    const missedAt = world.clock.now();
    world.say('box.*', message(6, 7));
    await pass(2_000);
    world.beacon();
    expect(world.keeper.rightUntil(3)).toBe(missedAt);
    expect(world.keeper.rightUntil(4)).toBe(world.clock.now());
  });

  it('does not believe a sign of life from the future', () => {
    world.say('beacon', { at: world.clock.now() + 60_000, positions: [] });
    expect(world.keeper.rightUntil(3)).toBe(world.clock.now());
  });

  it('ignores messages that are not as they should be', async () => {
    const cached = await world.keeper.load('KEY');
    const good = message(5, 6);
    for (const body of [null, 7, {}, { partition: 3 }, { ...good, boxes: [null] }, { ...good, from: 'x' }, { ...good, boxes: null }]) {
      world.say('box.*', body);
      world.say('beacon', body);
    }
    expect(world.keeper.copy.progressOf(3)?.position).toBe(5);
    expect(cached).not.toBeNull();
  });

  it('is ready once the projector was heard of, and stays so without it while Postgres answers', async () => {
    expect(world.keeper.trouble()).toBe('the projector was not heard of yet');
    world.beacon();
    expect(world.keeper.trouble()).toBeNull();
    await pass(20_000);
    expect(world.keeper.trouble()).toBeNull();
    world.away = true;
    await pass(6_000);
    expect(world.keeper.trouble()).toBe('neither the projector nor Postgres was heard of for 5 s');
  });

  // Found by the simulation (I7): a widget-api that had just started told visitors "offline".
  it('shows what it has loaded as stale, not as offline, before the projector was ever heard of', async () => {
    world.boxes = [box(1, { status: 'online' })];
    const cached = (await world.keeper.load('KEY')) as CachedSite;
    const shown = shownAt(cached, null, world.clock.now(), world.keeper.rightUntil(3));
    expect(shown?.payload).toMatchObject({ status: 'online', stale: true });
    world.clock.advance(16 * 60_000);
    expect(shownAt(cached, null, world.clock.now(), world.keeper.rightUntil(3))?.payload).toMatchObject({ status: 'offline', stale: true });
  });

  it('does not take a projector for alive that died long before the start', async () => {
    world.sign = world.clock.now() - 3_600_000;
    world.reconnected();
    await pass(500);
    const cached = (await world.keeper.load('KEY')) as CachedSite;
    expect(shownAt(cached, null, world.clock.now(), world.keeper.rightUntil(3))?.payload).toMatchObject({ status: 'offline', stale: true });
  });
});
