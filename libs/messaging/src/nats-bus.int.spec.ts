import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { eventually, natsUrl, startNats, type OwnServer } from '#testing';
import { BusUnavailable, RequestRefused, type Bus } from './bus.js';
import { connectBus } from './nats-bus.js';
import { natsServers } from './nats-servers.js';
import { InvalidSubject } from './subjects.js';

interface Note {
  n: number;
}

const said: string[] = [];
const say = (_: object, message: string): void => void said.push(message);
const logger = { info: say, warn: say, error: say };
const open: Bus[] = [];

function bus(url = natsUrl()): Bus {
  const made = connectBus({ natsUrl: url }, logger);
  open.push(made);
  return made;
}

async function connected(url?: string): Promise<Bus> {
  const made = bus(url);
  await eventually(() => made.connected);
  return made;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  said.length = 0;
});

describe('the bus', () => {
  it('carries messages to every subscriber until it is told to stop', async () => {
    const [one, two] = [await connected(), await connected()];
    const got: [number, string][] = [];
    const end = two.subscribe<Note>('notes.*', (note, subject) => void got.push([note.n, subject]));
    await two.connection().nats.flush();
    one.publish('notes.a', { n: 1 });
    one.publish('notes.b', { n: 2 });
    await eventually(() => expect(got).toEqual([[1, 'notes.a'], [2, 'notes.b']]));
    end();
    one.publish('notes.a', { n: 3 });
    await one.connection().nats.flush();
    await two.connection().nats.flush();
    expect(got).toHaveLength(2);
  });

  it('rings the doorbell of a partition', async () => {
    const one = await connected();
    const bells: object[] = [];
    one.subscribe('bell.*', (bell: object, subject) => void bells.push({ subject, ...bell }));
    one.ring([{ partition: 9, position: 4, streams: ['s-1'] }]);
    await eventually(() => expect(bells).toEqual([{ subject: 'bell.9', partition: 9, position: 4, streams: ['s-1'] }]));
  });

  it('ignores what is no JSON and survives a handler that throws', async () => {
    const one = await connected();
    const got: number[] = [];
    one.subscribe<Note>('odd', ({ n }) => {
      got.push(n);
      if (n === 1) throw new Error('thrown on purpose');
    });
    const { nats } = one.connection();
    nats.publish('odd', '{"n":');
    one.publish('odd', { n: 1 });
    one.publish('odd', { n: 2 });
    await eventually(() => expect(got).toEqual([1, 2]));
    expect(said).toContain('a handler of the bus failed');
  });

  it('does not fail its caller when a message is larger than NATS takes', async () => {
    const one = await connected();
    one.publish('large', { text: 'x'.repeat(2_000_000) });
    expect(said).toContain('a message was not published');
  });

  it('answers requests, one of several repliers each', async () => {
    const [asker, first, second] = [await connected(), await connected(), await connected()];
    const counts = [0, 0];
    for (const [index, replier] of [first, second].entries()) {
      replier.reply<Note, Note>('ask.double', ({ n }) => {
        counts[index] = (counts[index] ?? 0) + 1;
        return Promise.resolve({ n: n * 2 });
      });
      await replier.connection().nats.flush();
    }
    for (let n = 0; n < 20; n += 1) expect(await asker.request<Note>('ask.double', { n }, 2_000)).toEqual({ n: n * 2 });
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(20);
  });

  it('tells the asker why a request was refused, and when nobody is there', async () => {
    const one = await connected();
    one.reply('ask.never', () => Promise.reject(new Error('not at this hour: 100 % closed')));
    await expect(one.request('ask.never', {}, 2_000)).rejects.toThrow(new RequestRefused('not at this hour: 100 % closed'));
    await expect(one.request('ask.nobody', {}, 2_000)).rejects.toThrow(BusUnavailable);
  });

  it('refuses subjects with wildcards, dots and blanks where they do not belong', async () => {
    const one = await connected();
    expect(() => one.publish('notes.>', {})).toThrow(InvalidSubject);
    expect(() => one.subscribe('no tes', () => undefined)).toThrow(InvalidSubject);
    await expect(one.request('ask.*', {}, 100)).rejects.toThrow(InvalidSubject);
  });
});

describe('the bus, when NATS goes away', () => {
  let server: OwnServer;
  beforeAll(async () => {
    server = await startNats();
  });
  afterAll(() => server.discard());

  it('stands in for nobody: it drops, fails requests, and carries everything again afterwards', async () => {
    const one = await connected(server.url);
    const got: number[] = [];
    let reconnections = 0;
    one.subscribe<Note>('notes', ({ n }) => void got.push(n));
    one.onReconnect(() => (reconnections += 1));
    one.publish('notes', { n: 1 });
    await eventually(() => got.length === 1);

    await server.kill();
    await eventually(() => !one.connected);
    one.publish('notes', { n: 2 });
    one.ring([{ partition: 0, position: 1, streams: [] }]);
    await expect(one.request('ask.any', {}, 100)).rejects.toThrow(BusUnavailable);
    expect(() => one.connection()).toThrow(BusUnavailable);

    await server.restart();
    await eventually(() => one.connected);
    one.publish('notes', { n: 3 });
    await eventually(() => expect(got).toEqual([1, 3]));
    expect(reconnections).toBe(1);
    expect(said).toEqual(['connected to NATS', 'NATS is away, trying to connect', 'connected to NATS']);
  });

  it('returns at once when NATS was never there, and keeps the subscriptions made meanwhile', async () => {
    await server.stop();
    const one = bus(server.url);
    const got: number[] = [];
    let connections = 0;
    one.subscribe<Note>('early', ({ n }) => void got.push(n));
    one.onReconnect(() => (connections += 1));
    await eventually(() => said.includes('NATS is away, trying to connect'));
    expect(one.connected).toBe(false);
    await server.restart();
    await eventually(() => connections === 1);
    one.publish('early', { n: 7 });
    await eventually(() => expect(got).toEqual([7]));
  });

  it('finds a connection half open within ten seconds, with requests under way on it', async () => {
    const one = await connected(server.url);
    process.kill(server.pid(), 'SIGSTOP');
    try {
      const answer = one.request('ask.any', {}, 60_000);
      await expect(answer).rejects.toThrow(BusUnavailable);
      await eventually(() => !one.connected, { within: 10_000 });
    } finally {
      process.kill(server.pid(), 'SIGCONT');
    }
    await eventually(() => one.connected);
  });

  it('closes at once while it is trying to connect', async () => {
    await server.stop();
    const one = bus(server.url);
    await eventually(() => said.includes('NATS is away, trying to connect'));
    const before = performance.now();
    await one.close();
    expect(performance.now() - before).toBeLessThan(1_000);
    await server.restart();
  });

  it('sends what is waiting before it closes', async () => {
    const listener = await connect(natsServers(server.url));
    const messages = listener.subscribe('last', { max: 1 });
    await listener.flush();
    const one = await connected(server.url);
    one.publish('last', { n: 1 });
    await one.close();
    for await (const message of messages) expect(message.json()).toEqual({ n: 1 });
    await listener.close();
  });
});
