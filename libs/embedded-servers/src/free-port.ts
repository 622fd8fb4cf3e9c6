import { createServer } from 'node:net';

/**
 * Takes a port on `host` (0 = any free one), lets it go again and gives its number. Somebody else may take it in between, so callers
 * that asked for any port try again with another one. Throws the listen error (EADDRINUSE, EACCES) otherwise.
 */
export function freePort(wanted = 0, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
      .once('error', reject)
      .listen({ port: wanted, host, exclusive: true }, () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : wanted));
      });
  });
}
