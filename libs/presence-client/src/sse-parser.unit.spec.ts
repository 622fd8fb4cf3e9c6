import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '#testing';
import { type ServerEvent, SseParser } from './sse-parser.js';

/** What a parser tells when it gets the text in these pieces. */
function read(pieces: readonly (string | Uint8Array)[]): { events: ServerEvent[]; retries: number[] } {
  const events: ServerEvent[] = [];
  const retries: number[] = [];
  const parser = new SseParser({ event: (event) => events.push(event), retry: (ms) => retries.push(ms) });
  for (const piece of pieces) parser.push(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
  return { events, retries };
}

const texts = (...pieces: readonly (string | Uint8Array)[]): string[] => read(pieces).events.map(({ data }) => data);

describe('reading a stream of server-sent events', () => {
  it('an event has a name, an id and data', () => {
    expect(read(['event: state\nid: 7\ndata: {"a":1}\n\n']).events).toEqual([{ event: 'state', id: '7', data: '{"a":1}' }]);
  });

  it('without a name it is a message; the last id stays', () => {
    expect(read(['id: 7\ndata: a\n\ndata: b\n\n']).events).toEqual([
      { event: 'message', id: '7', data: 'a' },
      { event: 'message', id: '7', data: 'b' },
    ]);
  });

  it('the name is of one event only', () => {
    expect(read(['event: ping\ndata: {}\n\ndata: b\n\n']).events.map(({ event }) => event)).toEqual(['ping', 'message']);
  });

  it('data of several lines is joined by line feeds', () => {
    expect(texts('data: a\ndata:\ndata: c\n\n')).toEqual(['a\n\nc']);
  });

  it('one blank after the colon belongs to the field, the second to the value', () => {
    expect(texts('data:a\n\n', 'data: a\n\n', 'data:  a\n\n')).toEqual(['a', 'a', ' a']);
  });

  it('lines end with LF, CRLF or CR, mixed as well', () => {
    expect(texts('data: a\r\n\r\n', 'data: b\r\r', 'data: c\n\n', 'data: d\r\ndata: e\r\n\n')).toEqual(['a', 'b', 'c', 'd\ne']);
  });

  it('CR and LF in two pieces are one line end', () => {
    expect(texts('data: a\r', '\ndata: b\r', '\n\r', '\ndata: c\n\n')).toEqual(['a\nb', 'c']);
  });

  it('comments, unknown fields and events without data tell nothing', () => {
    expect(read([': ping\n\n', 'event: ping\n\n', 'fruit: pear\n\n', 'nocolon\n\n', '\n\n\n']).events).toEqual([]);
  });

  it('a field without a colon is a field with an empty value', () => {
    expect(texts('data\n\n')).toEqual(['']);
  });

  it('an id with NUL is ignored; retry is told only as digits', () => {
    const { events, retries } = read(['id: 1\nid: a\0b\nretry: 2500\nretry: soon\nretry: -1\nretry:\ndata: x\n\n']);
    expect([events[0]?.id, retries]).toEqual(['1', [2500]]);
  });

  it('a byte order mark is no part of the first field', () => {
    expect(texts(new Uint8Array([0xef, 0xbb, 0xbf]), 'data: a\n\n')).toEqual(['a']);
  });

  it('an event that the end cuts off is not told', () => {
    expect(texts('data: a\n\ndata: b\n')).toEqual(['a']);
  });

  it('wherever the pieces end, also inside a character, the events are the same', () => {
    const text = 'event: state\r\nid: 3\r\ndata: {"name":"Jürgen 😀"}\r\n\r\n: ping\n\nretry: 5\rdata: x\rdata: y\r\rdata: z\n\n';
    const bytes = new TextEncoder().encode(text);
    const whole = read([bytes]);
    expect(whole.events).toHaveLength(3);
    const random = new SeededRandom('pieces');
    for (let run = 0; run < 300; run += 1) {
      const pieces: Uint8Array[] = [];
      for (let from = 0; from < bytes.length; ) {
        const to = from + random.between(0, random.pick([1, 2, 7, 40]));
        pieces.push(bytes.slice(from, to));
        from = to;
      }
      expect(read(pieces)).toEqual(whole);
    }
  });
});
