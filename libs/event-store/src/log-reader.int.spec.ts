import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Pools, createPools, transaction } from '#database';
import { type FreshDatabase, freshDatabase } from '#testing';
import { type Append, LogReader, PostgresEventStore, type ReplayedEvent, createUpcasting } from './index.js';

/** Everything that COPY writes with a backslash, and what it does not. */
const TEXTS = ['plain', '', 'Grüße, 世界 😀', 'tab\there', 'line\nfeed\r', String.raw`back\slash \N \t`, '"quoted" \b\f\v', 'a\u0001b'];
const PARTITION = 9;

describe('the log, read for a replay', () => {
  let database: FreshDatabase;
  let pools: Pools;
  let store: PostgresEventStore;
  const tenants = ['t-1', "o'dd"];
  beforeAll(async () => {
    database = await freshDatabase();
    pools = createPools(database.serviceUrl);
    store = new PostgresEventStore(pools);
    for (const [i, text] of TEXTS.entries()) await appended(i, 0, text);
  });
  afterAll(async () => {
    await pools.close();
    await database.drop();
  });

  async function appended(i: number, expectedVersion: number, text: string): Promise<void> {
    const commandId = store.newId();
    const append: Append = {
      stream: { tenantId: tenants[i % 2] ?? '', partition: PARTITION, streamId: `thing-${i}` },
      ...{ expectedVersion, decidedAt: Date.UTC(2001, 1, 1) + i, state: {}, stateVersion: 1, commandId, correlationId: commandId },
      actor: { kind: 'agent', id: text },
      events: [{ type: 'Noted', data: { text, deep: { list: [i, null, text] } } }],
    };
    expect((await store.append(append)).kind).toBe('appended');
  }

  const plain = ({ position, tenantId, type, eventId, actor, effectiveAt, recordedAt, data }: ReplayedEvent): ReplayedEvent => ({
    ...{ position, tenantId, type, eventId, actor, effectiveAt, recordedAt, data },
  });

  async function readAll(tenantId: string | null, limit: number): Promise<{ events: ReplayedEvent[]; lines: string }> {
    const reader = new LogReader();
    const events: ReplayedEvent[] = [];
    let lines = '';
    for (let after = 0; ; ) {
      const page = await reader.page(pools.engine, { partition: PARTITION, after, upTo: 1_000, tenantId }, limit);
      for (const event of page.events) events.push(plain(event));
      lines += page.lines.toString();
      expect(page.events.lastPosition).toBe(page.events.length === 0 ? 0 : events.at(-1)?.position);
      if (page.events.length < limit) return { events, lines };
      after = page.events.lastPosition;
    }
  }

  it('gives the events that every other reader gives, whatever is written in them', async () => {
    const expected = (await store.readPartition(PARTITION, 0, 100)).map(plain);
    expect(expected).toHaveLength(TEXTS.length);
    for (const limit of [1, 3, 1_000]) expect((await readAll(null, limit)).events).toEqual(expected);
    for (const tenantId of tenants) expect((await readAll(tenantId, 2)).events).toEqual(expected.filter((event) => event.tenantId === tenantId));
  });

  it('goes through streams of several tenants as they are named, each in the order of its versions, up to a position', async () => {
    const streams = [5, 0, 4, 2].map((i) => ({ tenantId: tenants[i % 2] ?? '', streamId: `thing-${i}` }));
    const nobodys = { tenantId: tenants[1] ?? '', streamId: 'thing-0' };
    const positions: number[] = [];
    const take = ({ position }: ReplayedEvent): unknown => positions.push(position);
    await new LogReader().streams(pools.engine, { partition: PARTITION, streams: [nobodys, ...streams], upTo: 5 }, take, 5_000);
    expect(positions).toEqual([1, 5, 3]);
    await appended(0, 1, 'a second time');
    await new LogReader().streams(pools.engine, { partition: PARTITION, streams, upTo: 1_000 }, take, 5_000);
    expect(positions.slice(3)).toEqual([6, 1, TEXTS.length + 1, 5, 3]);
  });

  it('gives the lines of which anybody can make the hash', async () => {
    const { rows } = await pools.engine.query<{ lines: string }>(
      `SELECT string_agg(concat_ws(E'\\t', pos, tenant_id, stream_id, version, type, schema_version, event_id, command_id, coalesce(causation_id, ''),
         correlation_id, actor_kind, actor_id, floor(extract(epoch FROM effective_at) * 1000)::bigint,
         floor(extract(epoch FROM recorded_at) * 1000)::bigint, data) || E'\\n', '' ORDER BY pos) AS lines FROM store.event WHERE partition = $1`,
      [PARTITION],
    );
    expect((await readAll(null, 3)).lines).toBe(rows[0]?.lines);
  });

  it('cuts a time to its millisecond, wherever in it the time lies', async () => {
    const times = Array.from({ length: 2_000 }, (_, i) => ({ second: 1_700_000_000 + i * 1_123_457, micros: (i * 7_919) % 1_000_000 }));
    const { rows } = await pools.engine.query<{ wrong: number }>(
      `SELECT count(*) FILTER (WHERE floor(date_part('epoch', t) * 1000 + 0.0005)::bigint <> floor(extract(epoch FROM t) * 1000)::bigint) AS wrong
       FROM unnest($1::float8[], $2::float8[]) AS given (s, u), LATERAL (SELECT to_timestamp(s) + u * interval '1 microsecond' AS t) AS told`,
      [times.map(({ second }) => second), times.map(({ micros }) => micros)],
    );
    expect(rows).toEqual([{ wrong: 0 }]);
  });

  it('is read through upcasters, and inside a transaction that goes on after a fault', async () => {
    const up = new LogReader({ upcasting: createUpcasting([{ type: 'Noted', from: 1, up: (data) => ({ lifted: (data as { text: string }).text }) }]) });
    const stretch = { partition: PARTITION, after: 0, upTo: 1, tenantId: null };
    await transaction(pools.engine, async (sql) => {
      for (const event of (await up.page(sql, stretch, 10)).events) expect(event.data).toEqual({ lifted: 'plain' });
    });
    await expect(up.page(pools.engine, { ...stretch, partition: 1e400 }, 10)).rejects.toThrow(RangeError);
    expect((await up.page(pools.engine, stretch, 10)).events).toHaveLength(1);
  });
});
