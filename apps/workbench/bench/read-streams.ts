import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { requestOf } from './http-load.js';

/** A frame of a status has this, a ping has not. */
const STATUS_FRAME = Buffer.from('event: status');
/** Connections that are opened at once: fewer than a server's queue of them. */
const AT_ONCE = 200;
const PATIENCE_MS = 30_000;

export interface Readers {
  /** Resolves once the newest frame of every reader has this text. */
  allShow(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens a stream per path and calls `arrived` with the reader's number for every status frame; resolves once each has had its first. */
export async function openReaders(origin: string, paths: readonly string[], arrived: (reader: number) => void): Promise<Readers> {
  const sockets: Socket[] = [];
  const newest: string[] = [];
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const some = paths.slice(from, from + AT_ONCE).map((path, i) =>
      openReader(origin, path, (bytes) => {
        newest[from + i] = bytes.toString('utf8');
        arrived(from + i);
      }),
    );
    sockets.push(...(await Promise.all(some)));
  }
  return {
    allShow: async (text) => {
      for (const until = performance.now() + PATIENCE_MS; !newest.every((frame) => frame.includes(text)); await pause(5)) {
        if (performance.now() > until) throw new Error(`a stream does not show ${text} but ${newest.find((frame) => !frame.includes(text))}`);
      }
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Resolves with the first frame. */
export function openReader(origin: string, path: string, onFrame: (bytes: Buffer) => void): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(requestOf('GET', origin, path, { accept: 'text/event-stream' })));
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`the stream ${path} was closed before its first frame`)));
    socket.on('data', (bytes) => {
      if (!bytes.includes(STATUS_FRAME)) return;
      onFrame(bytes);
      resolve(socket);
    });
  });
}
