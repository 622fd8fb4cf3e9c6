import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { OpenStreams } from './open-streams.js';
import { COMMENT_PING, frame, type SseReader } from './sse.js';

describe('a stream', () => {
  let server: Server;
  let streams: OpenStreams;
  let readers: SseReader[];

  beforeEach(async () => {
    streams = new OpenStreams(undefined, () => 0.5);
    readers = [];
    server = createServer((req, res) => readers.push(streams.openRaw(req, res, { 'access-control-allow-origin': 'https://shop.example' })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Opens the stream; `read: false` never reads its bytes. */
  async function open(
    options: { method?: string; read?: boolean } = {},
  ): Promise<{ response: IncomingMessage; text: () => string; ended: () => boolean }> {
    let text = '';
    let ended = false;
    const { port } = server.address() as AddressInfo;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ port, host: '127.0.0.1', method: options.method ?? 'GET' }, resolve).on('error', reject).end();
    });
    response.on('error', () => undefined).on('close', () => (ended = true));
    if (options.read !== false) response.on('data', (bytes: Buffer) => (text += bytes.toString())).on('end', () => (ended = true));
    return { response, text: () => text, ended: () => ended };
  }

  it('tells proxies to neither keep nor change nor buffer it, and carries the id it was given', async () => {
    const { response, text } = await open();
    readers[0]?.send(frame({ event: 'status', id: 7, data: { status: 'online', text: 'a\nb' } }));
    await eventually(() => text() === 'event: status\nid: 7\ndata: {"status":"online","text":"a\\nb"}\n\n');
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': 'https://shop.example',
    });
  });

  it('a stalled reader costs one frame, and wakes to the newest', async () => {
    const { response, text } = await open({ read: false });
    const reader = readers[0];
    const long = 'x'.repeat(100_000);
    for (let version = 1; version <= 500; version++) reader?.send(frame({ id: version, data: long }));
    reader?.nudge(COMMENT_PING);
    let received = '';
    response.on('data', (bytes: Buffer) => (received += bytes.toString()));
    await eventually(() => received.endsWith('"\n\n') && received.includes('id: 500\n'));
    const ids = [...received.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids.length).toBeLessThan(200);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(received).not.toContain(': ping');
    expect(text()).toBe('');
  });

  it('a stop ends all streams at once, tells each when to come back, and opens none any more', async () => {
    const [a, b] = [await open(), await open()];
    streams.stop();
    await eventually(() => a.ended() && b.ended());
    expect([a.text(), b.text()]).toEqual(['retry: 3000\n\n', 'retry: 3000\n\n']);
    expect(streams.count).toBe(0);
    expect(() => streams.openRaw({} as IncomingMessage, {} as never)).toThrow('shutting-down');
  });

  it('knows when its reader has left', async () => {
    const { response } = await open();
    let left = 0;
    readers[0]?.onClose(() => (left += 1));
    response.destroy();
    await eventually(() => left === 1);
    expect([readers[0]?.closed, streams.count]).toEqual([true, 0]);
    readers[0]?.onClose(() => (left += 1));
    expect(left).toBe(2);
  });

  it('HEAD gets the head only', async () => {
    const { response, ended } = await open({ method: 'HEAD' });
    await eventually(ended);
    expect([response.statusCode, response.headers['content-type'], streams.count]).toEqual([200, 'text/event-stream; charset=utf-8', 0]);
  });
});
