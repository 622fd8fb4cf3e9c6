// Many readers of streams, as a process of its own apart from the server, whose origin it is started with.
import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { openReader } from './read-streams.js';

/** What the process is asked. A crowd has a name of the asker's choice. */
export type AskReaders =
  /** Opens a stream per path; a stalled crowd reads nothing after its first frame. */
  | { readonly open: string; readonly paths: readonly string[]; readonly stalled?: boolean }
  /** Answers when every reader of the crowd has had a frame with this text since the last question. */
  | { readonly arrivals: string; readonly text: string }
  | { readonly close: string };

/** When a frame came to the first, the median and the last of a crowd, ms since the epoch. */
export interface Arrivals {
  readonly first: number;
  readonly median: number;
  readonly last: number;
}

interface Crowd {
  readonly sockets: Socket[];
  /** Since the last question. */
  came: { readonly reader: number; readonly at: number; readonly frame: Buffer }[];
}

const AT_ONCE = 100;
const PATIENCE_MS = 120_000;
const [origin = ''] = process.argv.slice(2);
const crowds = new Map<string, Crowd>();

process.on('message', (ask: AskReaders) => {
  const answering = 'open' in ask ? open(ask.open, ask.paths, ask.stalled === true) : 'close' in ask ? close(ask.close) : arrivals(ask.arrivals, ask.text);
  answering.then((answer) => process.send?.(answer), fail);
});
process.once('disconnect', () => process.exit());
process.send?.({ port: 0 });

async function open(name: string, paths: readonly string[], stalled: boolean): Promise<object> {
  const crowd: Crowd = { sockets: [], came: [] };
  crowds.set(name, crowd);
  const take = (reader: number, frame: Buffer): void => void crowd.came.push({ reader, at: performance.timeOrigin + performance.now(), frame });
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const opened = await Promise.all(paths.slice(from, from + AT_ONCE).map((path, i) => openReader(origin, path, (frame) => take(from + i, frame))));
    for (const socket of opened) crowd.sockets.push(stalled ? socket.pause() : socket);
  }
  crowd.came = [];
  return { opened: paths.length };
}

async function arrivals(name: string, text: string): Promise<Arrivals> {
  const crowd = crowds.get(name);
  const readers = crowd?.sockets.length ?? 0;
  for (const until = performance.now() + PATIENCE_MS; ; await pause(20)) {
    const firsts = crowd && crowd.came.length >= readers ? firstsOf(crowd, text) : [];
    if (crowd && firsts.length >= readers) {
      crowd.came = [];
      return { first: firsts[0] ?? 0, median: firsts[readers >> 1] ?? 0, last: firsts[readers - 1] ?? 0 };
    }
    if (performance.now() > until) throw new Error(`${firsts.length} of ${readers} readers were given ${text}`);
  }
}

/** When each reader had its first frame with this text, ascending. */
function firstsOf({ came }: Crowd, text: string): number[] {
  const firsts = new Map<number, number>();
  for (const { reader, at, frame } of came) if (!firsts.has(reader) && frame.includes(text)) firsts.set(reader, at);
  return [...firsts.values()].sort((a, b) => a - b);
}

async function close(name: string): Promise<object> {
  for (const socket of crowds.get(name)?.sockets ?? []) socket.destroy();
  crowds.delete(name);
  return {};
}

function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}
