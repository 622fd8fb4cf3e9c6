import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** A TCP line to a database that can lose an answer. */
export interface Line {
  /** The same database, over the line. */
  readonly url: string;
  /** The next connection that sends this text is cut as soon as the server answers; the server goes on with what it was sent. */
  swallowAnswerTo(text: string): void;
  close(): Promise<void>;
}

/** Opens a line on a free port of 127.0.0.1 to the server of `databaseUrl`. */
export async function startLine(databaseUrl: string): Promise<Line> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let marked: string | undefined;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let swallow = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (bytes) => {
      if (marked !== undefined && bytes.includes(marked)) {
        swallow = true;
        marked = undefined;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (swallow) client.destroy();
      else client.write(bytes);
    });
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.toString(),
    swallowAnswerTo: (text) => {
      marked = text;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
