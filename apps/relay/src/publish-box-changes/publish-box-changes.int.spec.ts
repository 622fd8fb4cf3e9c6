import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { messageTypes } from '#contract';
import { STREAM, streamInfo } from '#messaging';
import { type Projection, writeProjection } from '#read-model/write';
import { eventually } from '#testing';
import { RelayWorld } from '../relay-world.fixture.js';

// Whole seconds, an hour ago: what is older than the stream's max_age would not be published at all.
const T0 = Math.floor(Date.now() / 1_000 - 3_600) * 1_000;
type Shown = Projection['shown'][number];

function shown(n: number, more: Partial<Shown> = {}): Shown {
  return {
    eventId: `shown-${n}`,
    tenantId: 'tenant-7',
    siteId: 'site-a',
    groupId: null,
    status: n % 2 === 0 ? 'online' : 'offline',
    before: n === 0 ? null : n % 2 === 0 ? 'offline' : 'online',
    since: T0 + n,
    version: n + 1,
    removed: false,
    shownFrom: T0 + n + 5,
    cause: { eventId: `event-${n}`, type: 'StatusChanged', actor: { kind: 'agent', id: 'a-1' } },
    ...more,
  };
}

describe('publishing changes of boxes', () => {
  let world: RelayWorld;
  beforeAll(async () => {
    world = await RelayWorld.open();
    world.startRelay();
  });
  afterAll(() => world.close());

  async function show(from: number, rows: readonly Shown[]): Promise<void> {
    const nothing = { tenants: [], agents: [], groups: [], sites: [], boxes: [], intervals: [] };
    const won = await writeProjection(world.pools.engine, { partition: 7, from, to: from + 1, ...nothing, shown: rows });
    expect(won).toBe(true);
  }

  it('every row of the shown log becomes one SiteStatusChanged, in order', async () => {
    await show(0, [shown(0), shown(1)]);
    world.bus.publish('box.7', { partition: 7, from: 0, to: 1, boxes: [{}], sites: [] });
    await show(1, [shown(2, { groupId: 'group-b', removed: true })]); // nobody tells
    const delivered = await eventually(async () => {
      const found = await world.delivered('box');
      expect(found.map(({ id }) => id)).toEqual(['shown-0', 'shown-1', 'shown-2']);
      return found;
    });
    expect(delivered.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(delivered[1]?.subject).toBe('v1.7.tenant-7.box.SiteStatusChanged');
    expect(delivered[1]?.message).toMatchObject({
      type: 'SiteStatusChanged',
      subject: 'site-site-a',
      time: new Date(T0 + 6).toISOString(),
      causationid: 'event-1',
      data: {
        siteId: 'site-a',
        groupId: null,
        status: 'offline',
        previousStatus: 'online',
        since: new Date(T0 + 1).toISOString(),
        version: 2,
        removed: false,
      },
    });
    expect(delivered[2]?.message.data).toMatchObject({ groupId: 'group-b', removed: true });
    const schema = messageTypes.find(({ type }) => type === 'SiteStatusChanged')?.data;
    for (const { message } of delivered) expect(schema?.parse(message.data)).toEqual(message.data);
  });

  it('keeps their order when the publishing of events is first to find that the stream is gone', async () => {
    await world.bus.connection().manager.streams.delete(STREAM);
    await world.append(1, 1);
    await eventually(async () => (await streamInfo(world.bus.connection().manager, STREAM)) !== null, { every: 1 });
    await show(2, [shown(3)]);
    world.bus.publish('box.7', { partition: 7, from: 2, to: 3, boxes: [{}], sites: [] });
    await eventually(async () => {
      const found = await world.delivered('box');
      expect(found.map(({ id }) => id)).toEqual(['shown-0', 'shown-1', 'shown-2', 'shown-3']);
    });
  });
});
