import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { post, type PostOptions } from './post.js';
import { Receiver, startMute } from './receivers.fixture.js';

const development: PostOptions = { loopback: true, timeoutMs: 2_000 };
const production: PostOptions = { loopback: false, timeoutMs: 2_000 };
const send = (url: string, options = development) => post(url, { 'x-spec': 'yes' }, '{"ä":1}', options);

describe('posting to a receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await Receiver.start();
  });
  afterEach(() => receiver.stop());

  it('sends headers and body, and gives the status', async () => {
    expect(await send(receiver.url)).toEqual({ kind: 'answered', status: 204, retryAfterMs: undefined });
    expect(receiver.arrived).toMatchObject([{ path: '/hook', body: '{"ä":1}', headers: { 'x-spec': 'yes', 'content-length': '8' } }]);
  });

  it('takes a name to the addresses that were looked at, and asks once', async () => {
    let asked = 0;
    const resolve = async (): Promise<{ address: string; family: number }[]> => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    };
    expect(await send(`http://localhost:${receiver.port}/hook`, { ...development, resolve })).toMatchObject({ status: 204 });
    expect(asked).toBe(1);
    expect(receiver.arrived[0]?.headers.host).toBe(`localhost:${receiver.port}`);
  });

  it.each([
    ['into a private network', [{ address: '10.0.0.1', family: 4 }]],
    ['to this machine', [{ address: '127.0.0.1', family: 4 }]],
    ['to the metadata of a cloud', [{ address: '169.254.169.254', family: 4 }]],
    ['to this machine by IPv6', [{ address: '::1', family: 6 }]],
    ['to this machine in disguise', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['anywhere private beside a public address', [{ address: '1.1.1.1', family: 4 }, { address: '192.168.0.1', family: 4 }]],
  ])('sends nothing to a name that leads %s', async (_where, addresses) => {
    const answer = await send('https://hooks.acme-shop.com/', { ...production, resolve: async () => addresses });
    expect(answer).toEqual({ kind: 'unanswered', error: 'the name leads into a private network' });
  });

  it('sends nothing to an address that was refused from the beginning, though it stands in the database', async () => {
    for (const url of [receiver.url, 'https://10.0.0.1/', 'https://[::1]/', 'http://hooks.acme-shop.com/', 'https://user@hooks.acme-shop.com/']) {
      expect(await send(url, production)).toMatchObject({ kind: 'unanswered', error: expect.stringMatching(/^the address must /) });
    }
    expect(receiver.arrived).toEqual([]);
  });

  it('follows no redirect', async () => {
    const elsewhere = await Receiver.start();
    receiver.behaviour = (_request, response) => void response.writeHead(307, { location: elsewhere.url }).end();
    expect(await send(receiver.url)).toMatchObject({ kind: 'answered', status: 307 });
    expect(elsewhere.arrived).toEqual([]);
    await elsewhere.stop();
  });

  it('waits no longer than its time: for a word, for the rest of an answer, for a name', async () => {
    const mute = await startMute();
    const quick = { ...development, timeoutMs: 150 };
    expect(await send(mute.url, quick)).toEqual({ kind: 'unanswered', error: 'no answer within 0.15 s' });
    await mute.stop();
    receiver.behaviour = (_request, response) => void response.writeHead(200).write('a beginning');
    expect(await send(receiver.url, quick)).toMatchObject({ kind: 'answered', status: 200 }); // the status is what counts
    const resolve = () => new Promise<never>(() => undefined);
    expect(await send('http://localhost:1/', { ...quick, resolve })).toEqual({ kind: 'unanswered', error: 'no answer within 0.15 s' });
  });

  it('reads no more of an answer than a little', async () => {
    let written = 0;
    let closed = false;
    receiver.behaviour = (_request, response) => {
      response.writeHead(200);
      response.once('close', () => (closed = true));
      const more = (): void => {
        if (closed || written > 50_000_000) return;
        written += 65_536;
        if (response.write(Buffer.alloc(65_536))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    };
    expect(await send(receiver.url)).toMatchObject({ kind: 'answered', status: 200 });
    await eventually(() => closed);
    expect(written).toBeLessThan(20_000_000);
  });

  it('tells a tenant what went wrong without a word about our network', async () => {
    const { url } = receiver;
    await receiver.stop();
    expect(await send(url)).toEqual({ kind: 'unanswered', error: 'the connection was refused' });
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND via 10.1.2.3'), { code: 'ENOTFOUND' });
    const resolve = () => Promise.reject(unknown);
    expect(await send('https://hooks.acme-shop.com/', { ...production, resolve })).toEqual({ kind: 'unanswered', error: 'the name is not known' });
    receiver = await Receiver.start((_request, response) => response.destroy());
    expect(await send(receiver.url)).toEqual({ kind: 'unanswered', error: 'the connection was cut' });
    const plain = `https://127.0.0.1:${receiver.port}/`;
    expect(await send(plain)).toMatchObject({ kind: 'unanswered', error: 'TLS failed (EPROTO)' });
  });

  it('hears how long it shall wait', async () => {
    receiver.behaviour = (_request, response) => void response.writeHead(429, { 'retry-after': '120' }).end();
    expect(await send(receiver.url)).toEqual({ kind: 'answered', status: 429, retryAfterMs: 120_000 });
    receiver.behaviour = (_request, response) => void response.writeHead(503, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }).end();
    expect(await send(receiver.url)).toMatchObject({ status: 503, retryAfterMs: undefined });
  });

  it('can be cut', async () => {
    const mute = await startMute();
    const cut = new AbortController();
    const answer = send(mute.url, { ...development, signal: cut.signal });
    cut.abort();
    expect(await answer).toMatchObject({ kind: 'unanswered' });
    await mute.stop();
  });
});
