import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BoxClient, boxClient } from './box-client.js';
import { frame, NOON, PageWorld } from './page-world.fixture.js';

const iso = (instant: number): string => new Date(instant).toISOString();

describe('what one page shows', () => {
  let world: PageWorld;
  let client: BoxClient;
  let notices: string[];
  let changes: number;

  beforeEach(() => {
    world = new PageWorld();
    notices = [];
    changes = 0;
    client = begin();
  });

  function begin(offset = 0): BoxClient {
    const made = boxClient(
      world.tab(offset),
      () => changes++,
      (text) => notices.push(text),
    );
    made.start();
    return made;
  }
  const blocked = (answer = frame(1)): void => {
    world.answer = () => ({ kind: 'frame', frame: answer, at: world.serverTime });
  };

  it('knows nothing at first, then what the snapshot says', () => {
    expect(client.view()).toMatchObject({ status: 'unknown', age: null });
    world.stream.status(frame(3, { status: 'busy' }));
    expect(client.view()).toMatchObject({ status: 'busy', version: 3, age: null });
  });

  it('drops a lower version and applies an equal one (D22)', () => {
    world.stream.status(frame(3, { status: 'busy' }));
    world.stream.status(frame(2, { status: 'offline' }));
    expect(client.view().status).toBe('busy');
    world.stream.status(frame(3, { status: 'busy', stale: true }));
    expect(client.view()).toMatchObject({ status: 'busy', stale: true });
  });

  it('never shows a lower version, in whatever order streams, answers and tabs bring frames', async () => {
    const event = fc.record({ way: fc.constantFrom('stream', 'ask', 'tab', 'break'), version: fc.nat(20), ms: fc.nat(40_000) });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
        world = new PageWorld();
        const shown: number[] = [];
        const mine = boxClient(world.tab(), () => shown.push(mine.view().version ?? -1), () => undefined);
        mine.start();
        const other = world.tab().tabs(() => undefined);
        other.join(() => undefined);
        for (const { way, version, ms } of events) {
          world.answer = () => ({ kind: 'frame', frame: frame(version), at: world.serverTime });
          if (way === 'stream') world.open.at(-1)?.status(frame(version));
          else if (way === 'tab') other.say({ known: frame(version), at: world.serverTime, live: version % 2 === 0, failing: version % 3 === 0 });
          else if (way === 'break') world.open.at(-1)?.failed();
          else await mine.refresh();
          await world.pass(ms);
        }
        mine.stop();
        expect(shown).toEqual([...shown].sort((a, b) => a - b));
      }),
      { numRuns: 200 },
    );
  });

  it('applies `next` by the service\'s clock, without a push, whatever the own clock says', async () => {
    for (const hours of [-9, 0, 7]) {
      world = new PageWorld();
      client = begin(hours * 3_600_000);
      world.stream.status(frame(1, { next: { at: iso(NOON + 60_000), status: 'offline' } }));
      world.stream.ping(world.serverTime);
      await world.pass(40_000);
      world.stream.ping(world.serverTime);
      await world.pass(19_999);
      expect(client.view().status).toBe('online');
      const before = changes;
      await world.pass(1);
      expect(client.view()).toMatchObject({ status: 'offline', since: iso(NOON + 60_000), next: null });
      expect(changes).toBeGreaterThan(before);
    }
  });

  it('waits for a `next` that is weeks away without a timer that overflows', async () => {
    world.stream.status(frame(1, { next: { at: iso(NOON + 40 * 86_400_000), status: 'offline' } }));
    for (let ping = 0; ping < 400; ping++) {
      world.stream.ping(world.serverTime);
      await world.pass(20_000);
    }
    expect(client.view().status).toBe('online');
  });

  it('does not apply `next` while nobody said how late it is', async () => {
    world.stream.status(frame(1, { next: { at: iso(NOON + 5_000), status: 'offline' }, since: iso(NOON - 3_600_000) }));
    await world.pass(10_000);
    expect(client.view().status).toBe('online');
  });

  it('comes back after a break with growing delays, and begins with the snapshot', async () => {
    world.stream.status(frame(1));
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      world.stream.failed();
      await world.pass(seconds * 750 - 1);
      expect(world.open).toEqual([]);
      await world.pass(1);
      expect(world.open).toHaveLength(1);
    }
    world.stream.status(frame(9, { status: 'offline' }));
    expect(client.view()).toMatchObject({ status: 'offline', version: 9, age: null });
    world.stream.failed();
    await world.pass(750);
    expect(world.open).toHaveLength(1);
  });

  it('does not speak of a break that is over at once', async () => {
    world.stream.status(frame(1));
    world.stream.failed();
    await world.pass(750);
    world.stream.status(frame(1));
    expect(client.view().age).toBeNull();
  });

  it('shows the last known state with its age while the service is down, and offline after 15 minutes (D10)', async () => {
    world.stream.status(frame(1));
    await world.pass(10_000);
    world.stream.failed();
    await world.pass(3_000);
    expect(client.view()).toMatchObject({ status: 'online', age: null });
    await world.pass(117_000);
    const { status, age } = client.view();
    expect([status, age]).toEqual(['online', 130_000]);
    const before = changes;
    await world.pass(60_000);
    expect(changes).toBeGreaterThan(before); // the age is told anew
    await world.pass(720_000);
    expect(client.view().status).toBe('offline');
  });

  it('finds a connection that is dead without an end', async () => {
    world.stream.status(frame(1));
    await world.pass(44_000);
    expect(world.streams).toHaveLength(1);
    await world.pass(2_000);
    expect([world.streams.length, world.open.length]).toEqual([2, 1]);
  });

  it('keeps a connection that pings', async () => {
    world.stream.status(frame(1));
    for (let ping = 0; ping < 10; ping++) {
      await world.pass(20_000);
      world.stream.ping(world.serverTime);
    }
    expect([world.streams.length, client.view().age]).toEqual([1, null]);
  });

  it('asks instead where streams are blocked, and seldom tries a stream again', async () => {
    blocked(frame(1));
    world.stream.failed();
    await world.pass(750);
    world.stream.failed();
    await world.pass(1);
    expect(client.view()).toMatchObject({ status: 'online', age: null });
    blocked(frame(2, { status: 'busy' }));
    await world.pass(13_000);
    expect(client.view()).toMatchObject({ status: 'busy', age: null });
    const [asked, streams] = [world.asked, world.streams.length];
    for (let minute = 0; minute < 30; minute++) await world.pass(60_000);
    expect(client.view().age).toBeNull();
    expect(world.asked - asked).toBeGreaterThan(100);
    expect(world.streams.length - streams).toBeLessThan(20);
  });

  it('asks after 4 s where a proxy keeps back what a stream says', async () => {
    blocked(frame(1));
    await world.pass(4_001);
    expect([client.view().status, world.open.length]).toEqual(['online', 1]);
  });

  it('asks where there are no streams at all', async () => {
    world.hasStreams = false;
    blocked(frame(1));
    client = begin();
    world.hasLocks = false;
    const alone = begin();
    await world.pass(1);
    expect(alone.view()).toMatchObject({ status: 'online', age: null });
    blocked(frame(2, { status: 'offline', next: null }));
    await world.pass(13_000);
    expect(alone.view().status).toBe('offline');
  });

  it('goes back to a stream soon when a service that was down answers', async () => {
    world.stream.status(frame(1));
    for (let attempt = 0; attempt < 8; attempt++) {
      world.open.at(-1)?.failed();
      await world.pass(30_000);
    }
    world.open.at(-1)?.failed();
    blocked(frame(2));
    await world.pass(13_000);
    expect([client.view().age, world.open.length]).toEqual([null, 1]);
  });

  it('says that a key is wrong, and forgets that when it is right', async () => {
    world.answer = () => ({ kind: 'wrong-key', at: world.serverTime });
    world.stream.failed();
    await world.pass(750);
    world.stream.failed();
    await world.pass(1);
    expect(client.view()).toMatchObject({ status: 'unknown', wrongKey: true });
    while (world.open.length === 0) await world.pass(60_000);
    world.stream.status(frame(1));
    expect(client.view()).toMatchObject({ status: 'online', wrongKey: false });
  });

  it('asks at once when the page wakes up, and opens a stream at once when the network is back', async () => {
    world.stream.status(frame(1));
    await world.pass(15_000);
    blocked(frame(2, { status: 'busy' }));
    await client.refresh();
    expect([client.view().status, world.streams.length]).toEqual(['busy', 1]);
    world.answer = () => ({ kind: 'nothing', at: NaN });
    for (let attempt = 0; attempt < 6; attempt++) {
      world.open.at(-1)?.failed();
      await world.pass(20_000);
    }
    world.open.at(-1)?.failed();
    const before = world.streams.length;
    void client.refresh();
    expect(world.streams).toHaveLength(before + 1);
  });

  it('does not believe in a stream while its questions are not answered', async () => {
    world.stream.status(frame(1));
    await world.pass(10_000);
    await client.refresh();
    expect(world.open).toEqual([]);
    await world.pass(4_000);
    expect(client.view()).toMatchObject({ status: 'online', age: 14_000 });
  });

  it('begins with what the last page of the tab knew, and does not fall behind it', async () => {
    client.stop();
    world.kept = { frame: frame(7, { status: 'busy' }), age: 60_000 };
    client = begin();
    expect(client.view()).toMatchObject({ status: 'busy', age: null });
    world.stream.status(frame(6));
    expect(client.view().status).toBe('busy');
    world.open.at(-1)?.failed();
    await world.pass(5_000);
    world.stream.status(frame(8));
    expect(client.view()).toMatchObject({ status: 'online', age: null });
  });

  it('is silent after it was stopped, and begins again', async () => {
    const { stream } = world;
    client.stop();
    expect(world.open).toEqual([]);
    const before = changes;
    await world.pass(120_000);
    expect([changes, world.streams.length]).toEqual([before, 1]);
    void stream;
    client.start();
    world.stream.status(frame(2));
    expect(client.view().status).toBe('online');
  });

  describe('among the tabs of a site', () => {
    it('one connection serves all: frames, notices, the time of the service', async () => {
      const others = [begin(5_000_000), begin(-5_000_000)];
      world.stream.status(frame(1, { next: { at: iso(NOON + 8_000), status: 'offline' } }));
      world.stream.ping(world.serverTime);
      world.stream.notice('gleich');
      expect(others.map((other) => other.view().status)).toEqual(['online', 'online']);
      await world.pass(8_000);
      expect(others.map((other) => other.view().status)).toEqual(['offline', 'offline']);
      expect([world.streams.length, notices]).toEqual([1, ['gleich', 'gleich', 'gleich']]);
    });

    it('a tab that comes later is told at once', () => {
      world.stream.status(frame(4, { status: 'busy' }));
      expect(begin().view()).toMatchObject({ status: 'busy', version: 4 });
      expect(world.streams).toHaveLength(1);
    });

    it('the next tab connects when the leading one is closed', () => {
      world.stream.status(frame(1));
      const other = begin();
      client.stop();
      expect(world.open).toHaveLength(1);
      world.stream.status(frame(2, { status: 'busy' }));
      expect(other.view().status).toBe('busy');
    });

    it('a tab whose leader is frozen connects for itself, and follows again when it wakes', async () => {
      world.stream.status(frame(1));
      world.freezeLeader();
      const other = begin();
      await world.pass(1_500);
      expect(world.open).toHaveLength(2);
      world.stream.status(frame(2));
      expect(other.view().version).toBe(2);
    });

    it('a leader in trouble is not waited for', async () => {
      world.stream.status(frame(1));
      const other = begin();
      world.streams[0]?.failed();
      expect(world.open.map(({ tab }) => tab)).toEqual([1]);
      world.stream.status(frame(2));
      expect(other.view()).toMatchObject({ version: 2, age: null });
      await world.pass(750);
      expect(world.open.map(({ tab }) => tab)).toEqual([1, 0]);
      world.stream.status(frame(2));
      expect(world.open.map(({ tab }) => tab)).toEqual([0]);
    });

    it('without Web Locks every tab has a connection of its own', () => {
      world = new PageWorld();
      world.hasLocks = false;
      const [one, two] = [begin(), begin()];
      expect(world.open).toHaveLength(2);
      for (const { status } of world.open) status(frame(1));
      expect([one.view().status, two.view().status]).toEqual(['online', 'online']);
    });
  });
});
