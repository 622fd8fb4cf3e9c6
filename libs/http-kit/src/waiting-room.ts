import { createServer } from 'node:http';

/**
 * Answers while a process cannot begin yet: alive, not ready, and the reason, so that whoever starts processes waits instead of sending
 * people. Everything else is 503.
 */
export interface WaitingRoom {
  /** Lets go of the port. */
  close(): Promise<void>;
}

/** @param reason asked anew for every answer. Rejects with the listen error (EADDRINUSE, EACCES). */
export async function openWaitingRoom(
  at: { readonly host: string; readonly port: number },
  role: string,
  reason: () => string,
): Promise<WaitingRoom> {
  const server = createServer((request, response) => {
    const alive = request.url === '/healthz';
    const reasons = [{ role, name: 'schema', reason: reason() }];
    const body = alive ? { status: 'alive' } : { status: 'not-ready', reasons };
    const headers = { 'content-type': 'application/json; charset=utf-8', 'retry-after': '1', connection: 'close' };
    response.writeHead(alive ? 200 : 503, headers).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
