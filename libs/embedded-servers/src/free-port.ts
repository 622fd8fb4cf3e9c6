import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Where any free port is looked for: below what systems give to outgoing connections (Linux from 32,768, others from 49,152). One of those would
 * be taken by the next best connection while a server that keeps its port is being started again.
 */
const ANY = { from: 10_000, to: 32_000 };
const TRIES = 20;

/**
 * Takes a port on `host` (0 = any free one), lets it go again and gives its number. Somebody else may take it in between, so callers
 * that asked for any port try again with another one. Throws the listen error (EADDRINUSE, EACCES) otherwise.
 */
export async function freePort(wanted = 0, host = '127.0.0.1'): Promise<number> {
  if (wanted !== 0) return tryPort(wanted, host);
  for (let tries = 1; ; tries++) {
    try {
      return await tryPort(randomInt(ANY.from, ANY.to), host);
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

function tryPort(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
      .once('error', reject)
      .listen({ port, host, exclusive: true }, () => probe.close(() => resolve(port)));
  });
}
