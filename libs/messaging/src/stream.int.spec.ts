import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type OwnServer, startNats } from '#testing';
import type { Bus } from './bus.js';
import { declareStream, streamInfo, type StreamDeclaration } from './declare-stream.js';
import { connectBus } from './nats-bus.js';
import type { OutboxMessage } from './relay-ports.js';
import { StreamTarget } from './stream-target.js';
import { factSubject } from './subjects.js';

const DAY_MS = 86_400_000;
const warned: object[] = [];
const logger = { info: () => undefined, warn: (fields: object) => void warned.push(fields), error: () => undefined };
let server: OwnServer; // files before this one may have left the product's stream on the worker's server, and it has the same subjects
let bus: Bus;

function declaration(name: string, maxAgeMs = 30 * DAY_MS): StreamDeclaration {
  return { name, subjects: [`${name}.>`], maxAgeMs };
}

beforeAll(async () => {
  server = await startNats();
  bus = connectBus({ natsUrl: server.url }, logger);
  await eventually(() => bus.connected);
});
afterAll(async () => {
  await bus.close();
  await server.discard();
});

describe('declaring a stream', () => {
  it('makes it durable, with a window for repetitions, and nothing can be taken out again', async () => {
    const { manager } = bus.connection();
    const { info, different } = await declareStream(manager, declaration('DECLARED'));
    expect(different).toEqual([]);
    expect(info.config).toMatchObject({
      storage: 'file', retention: 'limits', max_age: 30 * DAY_MS * 1e6, duplicate_window: 120e9, deny_delete: true, deny_purge: true,
    });
    await expect(manager.streams.purge('DECLARED')).rejects.toThrow();
    await manager.streams.delete('DECLARED');
    expect(await streamInfo(manager, 'DECLARED')).toBeNull();
  });

  it('changes an existing one as far as the server allows and names the rest', async () => {
    const { manager } = bus.connection();
    await manager.streams.add({ name: 'CHANGED', subjects: ['CHANGED.>'], storage: 'memory', max_age: 1e12 });
    const before = await declareStream(manager, declaration('CHANGED'));
    expect(before.different).toContain('storage');
    await manager.streams.delete('CHANGED');
    await declareStream(manager, declaration('CHANGED'));
    const after = await declareStream(manager, declaration('CHANGED', DAY_MS));
    expect(after.different).toEqual([]);
    expect(after.info.config.max_age).toBe(DAY_MS * 1e6);
    await manager.streams.delete('CHANGED');
  });

  it('is harmless when several do it at the same time', async () => {
    const { manager } = bus.connection();
    const declared = await Promise.all([1, 2, 3].map(() => declareStream(manager, declaration('TOGETHER'))));
    expect(new Set(declared.map(({ info }) => String(info.created))).size).toBe(1);
    await manager.streams.delete('TOGETHER');
  });

  it('fails if another stream has taken the subjects', async () => {
    const { manager } = bus.connection();
    await declareStream(manager, declaration('FIRST'));
    await expect(declareStream(manager, { ...declaration('SECOND'), subjects: ['FIRST.>'] })).rejects.toThrow('overlap');
    await manager.streams.delete('FIRST');
  });
});

describe('the JetStream side of a relay', () => {
  const subjects = ['v1.*.*.*.*'];
  const tenantId = 'stream-spec';
  const fact = (partition: number, position: number, more: Partial<OutboxMessage> = {}): OutboxMessage => ({
    partition,
    position,
    id: `spec-${partition}-${position}`,
    recordedAt: 0,
    subject: factSubject({ partition, tenantId, kind: 'event', type: 'Happened' }),
    body: '{}',
    ...more,
  });
  let target: StreamTarget;

  beforeAll(async () => {
    target = new StreamTarget(bus, { name: 'TARGET', subjects, maxAgeMs: 0 }, 'event', logger);
    expect(await target.streamState()).toBeNull();
    await target.declareStream();
  });
  afterAll(() => bus.connection().manager.streams.delete('TARGET'));

  it('finds the last message of a partition and kind, among those of others', async () => {
    expect(await target.lastPublished(1)).toBeNull();
    await target.publish(fact(1, 1), 0);
    await target.publish(fact(1, 2), 1);
    await target.publish(fact(2, 9), 8);
    await target.publish(fact(1, 5, { id: 'box-1', subject: factSubject({ partition: 1, tenantId, kind: 'box', type: 'Happened' }) }), 4);
    expect(await target.lastPublished(1)).toEqual({ position: 2, id: 'spec-1-2', settled: 1 });
    expect(await target.lastPublished(2)).toEqual({ position: 9, id: 'spec-2-9', settled: 8 });
    expect(await target.lastPublished(3)).toBeNull();
  });

  it('tells a repetition by its id', async () => {
    const first = await target.publish(fact(4, 1), 0);
    expect(first.kind).toBe('stored');
    expect(await target.publish(fact(4, 1), 0)).toEqual({ ...first, kind: 'duplicate' });
  });

  it('keeps the order of what is published in one go', async () => {
    const positions = Array.from({ length: 500 }, (_, i) => i + 1);
    const outcomes = await Promise.all(positions.map((position) => target.publish(fact(5, position), 0)));
    const sequences = outcomes.map((outcome) => (outcome.kind === 'stored' ? outcome.sequence : -1));
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(new Set(sequences).size).toBe(500);
  });

  it('says that a message is unfit for ever when its subject or its size is', async () => {
    expect(await target.publish(fact(6, 1, { subject: 'v1.6.a b.event.T' }), 0)).toMatchObject({ kind: 'unfit' });
    expect(await target.publish(fact(6, 1, { body: 'x'.repeat(1_100_000) }), 0)).toMatchObject({ kind: 'unfit' });
  });

  it('fails when the stream is gone, and says so when asked', async () => {
    await bus.connection().manager.streams.delete('TARGET');
    await expect(target.publish(fact(7, 1), 0)).rejects.toThrow();
    await expect(target.lastPublished(7)).rejects.toThrow();
    expect(await target.streamState()).toBeNull();
    const state = await target.declareStream();
    expect(state).toMatchObject({ messages: 0, lastSequence: 0 });
  });
});
